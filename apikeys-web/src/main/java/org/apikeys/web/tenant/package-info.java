/** Signing in, people and organizations over HTTP. */
@NullMarked
package org.apikeys.web.tenant;

import org.jspecify.annotations.NullMarked;
