/** What concurrent clients saw of a key, and whether one after the other could have seen it. */
@NullMarked
package org.apikeys.web.history;

import org.jspecify.annotations.NullMarked;
