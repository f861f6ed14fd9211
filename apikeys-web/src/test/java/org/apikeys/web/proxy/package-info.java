/** The configurations for proxies, run by the real programs. */
@NullMarked
package org.apikeys.web.proxy;

import org.jspecify.annotations.NullMarked;
