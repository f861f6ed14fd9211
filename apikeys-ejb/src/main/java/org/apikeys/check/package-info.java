/** Checks what comes in by its annotations, and names wrong fields as the client spelled them. */
@NullMarked
package org.apikeys.check;

import org.jspecify.annotations.NullMarked;
