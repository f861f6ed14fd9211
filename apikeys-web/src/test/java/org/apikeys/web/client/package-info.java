/** The clients, as applications use them, against the running server. */
@NullMarked
package org.apikeys.web.client;

import org.jspecify.annotations.NullMarked;
