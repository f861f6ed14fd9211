/** What a browser sees of the server beside its API. */
@NullMarked
package org.apikeys.web.http;

import org.jspecify.annotations.NullMarked;
