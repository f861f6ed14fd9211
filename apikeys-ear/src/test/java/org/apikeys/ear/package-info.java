/** The enterprise archive on a full Jakarta EE server. */
@NullMarked
package org.apikeys.ear;

import org.jspecify.annotations.NullMarked;
