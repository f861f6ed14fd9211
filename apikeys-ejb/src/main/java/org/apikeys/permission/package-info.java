/** The catalogue of scopes and permission sets, and what a key's grants come to. */
@NullMarked
package org.apikeys.permission;

import org.jspecify.annotations.NullMarked;
