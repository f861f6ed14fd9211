/** What was counted: reports of gateways, statistics, and what a restart leaves of them. */
@NullMarked
package org.apikeys.web.usage;

import org.jspecify.annotations.NullMarked;
