@NullMarked
package org.apikeys.web.setting;

import org.jspecify.annotations.NullMarked;
