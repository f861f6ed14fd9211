/** API keys as a way to sign in by Jakarta Security, and scopes as what methods require. */
@NullMarked
package org.apikeys.client.security;

import org.jspecify.annotations.NullMarked;
