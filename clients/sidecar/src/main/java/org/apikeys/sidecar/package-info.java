/**
 * A small server beside a proxy or an application. It answers {@code /api/v1/authorize} and {@code
 * /api/v1/api-keys/verify} as the API key server would, by what that has lent to its client; what
 * it can't answer so, it asks about, or hands on.
 */
@NullMarked
package org.apikeys.sidecar;

import org.jspecify.annotations.NullMarked;
