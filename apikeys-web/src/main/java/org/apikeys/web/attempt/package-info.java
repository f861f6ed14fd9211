/** Calls that the store broke off in favour of others are attempted again. */
@NullMarked
package org.apikeys.web.attempt;

import org.jspecify.annotations.NullMarked;
