/** The events by which features, and nodes, tell each other that something has changed. */
@NullMarked
package org.apikeys.api.cluster;

import org.jspecify.annotations.NullMarked;
