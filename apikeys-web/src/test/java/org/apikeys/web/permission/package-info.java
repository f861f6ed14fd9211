/** Black-box tests of the permission set endpoints. */
@NullMarked
package org.apikeys.web.permission;

import org.jspecify.annotations.NullMarked;
