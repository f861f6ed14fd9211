/** Whether the server is alive and ready, and its own figures for monitoring. */
@NullMarked
package org.apikeys.web.health;

import org.jspecify.annotations.NullMarked;
