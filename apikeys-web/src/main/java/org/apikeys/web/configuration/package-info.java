/** The configuration of an organization over HTTP. */
@NullMarked
package org.apikeys.web.configuration;

import org.jspecify.annotations.NullMarked;
