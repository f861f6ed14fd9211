/** Who calls: API keys and tokens, taken from where callers present them. */
@NullMarked
package org.apikeys.web.access;

import org.jspecify.annotations.NullMarked;
