/**
 * What people should look at: the concerns that features raise, and the alerts that they become.
 */
@NullMarked
package org.apikeys.api.alert;

import org.jspecify.annotations.NullMarked;
