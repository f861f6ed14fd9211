@NullMarked
package org.apikeys.sidecar;

import org.jspecify.annotations.NullMarked;
