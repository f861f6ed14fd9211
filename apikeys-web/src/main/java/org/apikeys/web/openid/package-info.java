/** Signing in with an OpenID provider, by HTTP. */
@NullMarked
package org.apikeys.web.openid;

import org.jspecify.annotations.NullMarked;
