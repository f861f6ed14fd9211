/** The live stream over HTTP. */
@NullMarked
package org.apikeys.web.live;

import org.jspecify.annotations.NullMarked;
