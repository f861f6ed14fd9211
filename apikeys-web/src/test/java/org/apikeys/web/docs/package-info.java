/** What the guides tell a reader to type, typed. */
@NullMarked
package org.apikeys.web.docs;

import org.jspecify.annotations.NullMarked;
