/** Permission sets that administrators make, over HTTP. */
@NullMarked
package org.apikeys.web.permission;

import org.jspecify.annotations.NullMarked;
