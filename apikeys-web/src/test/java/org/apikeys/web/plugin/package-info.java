/** Black-box tests of the plugin endpoints. */
@NullMarked
package org.apikeys.web.plugin;

import org.jspecify.annotations.NullMarked;
