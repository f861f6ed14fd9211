/**
 * The hot paths at the server's own limit: answered in its HTTP engine, in front of the Servlet
 * container, where that engine is Grizzly. Everywhere else their Servlets answer them.
 */
@NullMarked
package org.apikeys.web.engine;

import org.jspecify.annotations.NullMarked;
