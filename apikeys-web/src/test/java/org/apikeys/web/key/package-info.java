/** Keys as a client of the REST API sees them: one test class an operation. */
@NullMarked
package org.apikeys.web.key;

import org.jspecify.annotations.NullMarked;
