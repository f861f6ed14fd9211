/**
 * Signing in with an OpenID provider in place of the built-in directory: the console's window
 * brings an authorization code, and this server exchanges it for the provider's tokens.
 */
@NullMarked
package org.apikeys.openid;

import org.jspecify.annotations.NullMarked;
