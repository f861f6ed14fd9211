/** The requests of the seed documents, literally. */
@NullMarked
package org.apikeys.web.seed;

import org.jspecify.annotations.NullMarked;
