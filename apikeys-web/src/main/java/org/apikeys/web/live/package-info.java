/** What happens now, for those who watch. */
@NullMarked
package org.apikeys.web.live;

import org.jspecify.annotations.NullMarked;
