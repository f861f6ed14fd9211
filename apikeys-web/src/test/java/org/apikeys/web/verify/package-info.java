/** Verifying and authorizing calls as a gateway or a proxy sees it. */
@NullMarked
package org.apikeys.web.verify;

import org.jspecify.annotations.NullMarked;
