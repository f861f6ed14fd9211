/** Reports of what calls came to, and statistics. */
@NullMarked
package org.apikeys.web.usage;

import org.jspecify.annotations.NullMarked;
