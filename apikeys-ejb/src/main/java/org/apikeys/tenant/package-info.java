/** Organizations and the people in them, their roles, and signing in. */
@NullMarked
package org.apikeys.tenant;

import org.jspecify.annotations.NullMarked;
