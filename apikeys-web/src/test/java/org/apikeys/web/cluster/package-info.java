/** Several nodes on one store, each in a process of its own. */
@NullMarked
package org.apikeys.web.cluster;

import org.jspecify.annotations.NullMarked;
