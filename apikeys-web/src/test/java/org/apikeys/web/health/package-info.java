/** What an operator sees: readiness, metrics, the store going away and coming back. */
@NullMarked
package org.apikeys.web.health;

import org.jspecify.annotations.NullMarked;
