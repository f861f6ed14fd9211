/** The settings as they are in effect, for administrators. */
@NullMarked
package org.apikeys.web.setting;

import org.jspecify.annotations.NullMarked;
