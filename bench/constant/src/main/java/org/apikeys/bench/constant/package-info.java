/** A constant answer by JAX-RS and by a Servlet: what the server itself costs. */
@NullMarked
package org.apikeys.bench.constant;

import org.jspecify.annotations.NullMarked;
