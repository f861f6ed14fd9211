/**
 * What people should look at: concerns become alerts, each told once, and rules say what is a
 * concern.
 */
@NullMarked
package org.apikeys.alert;

import org.jspecify.annotations.NullMarked;
