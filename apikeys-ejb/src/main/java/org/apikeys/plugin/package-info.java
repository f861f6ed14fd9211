/** Finding the plugin modules and knowing what they contribute. */
@NullMarked
package org.apikeys.plugin;

import org.jspecify.annotations.NullMarked;
