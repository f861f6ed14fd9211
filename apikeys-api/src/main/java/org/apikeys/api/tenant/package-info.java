/** Who calls: a person or a key, and on whose behalf. */
@NullMarked
package org.apikeys.api.tenant;

import org.jspecify.annotations.NullMarked;
