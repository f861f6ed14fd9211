/** The hot paths in the server's HTTP engine, beside what its Servlets answer. */
@NullMarked
package org.apikeys.web.engine;

import org.jspecify.annotations.NullMarked;
