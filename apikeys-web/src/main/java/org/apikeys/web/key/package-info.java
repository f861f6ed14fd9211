/** Keys over HTTP. */
@NullMarked
package org.apikeys.web.key;

import org.jspecify.annotations.NullMarked;
