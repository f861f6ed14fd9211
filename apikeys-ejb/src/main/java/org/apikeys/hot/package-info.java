/** What keeps the path of a call short: no proxies on it, and nothing read twice. */
@NullMarked
package org.apikeys.hot;

import org.jspecify.annotations.NullMarked;
