/** Requests that are broken, and the RFC 9457 problems that answer them. */
@NullMarked
package org.apikeys.web.problem;

import org.jspecify.annotations.NullMarked;
