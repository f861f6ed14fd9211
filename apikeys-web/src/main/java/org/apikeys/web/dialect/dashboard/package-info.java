/** The dialect of seed 004: publishable keys with four permissions. */
@NullMarked
package org.apikeys.web.dialect.dashboard;

import org.jspecify.annotations.NullMarked;
