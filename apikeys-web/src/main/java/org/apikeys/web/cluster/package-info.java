/** What the nodes know of each other, over HTTP. */
@NullMarked
package org.apikeys.web.cluster;

import org.jspecify.annotations.NullMarked;
