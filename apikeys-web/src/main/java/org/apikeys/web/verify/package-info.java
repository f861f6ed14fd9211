/** Verifying over HTTP: the hot path, forward authentication, and news of revocations. */
@NullMarked
package org.apikeys.web.verify;

import org.jspecify.annotations.NullMarked;
