/** What people and other systems are told: the inbox, mail and signed webhooks. */
@NullMarked
package org.apikeys.notice;

import org.jspecify.annotations.NullMarked;
