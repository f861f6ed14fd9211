/** Scopes, the expressions over them, and the scopes of the management API itself. */
@NullMarked
package org.apikeys.api.permission;

import org.jspecify.annotations.NullMarked;
