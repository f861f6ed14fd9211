/** Requests and policies as a client of the REST API sees them. */
@NullMarked
package org.apikeys.web.request;

import org.jspecify.annotations.NullMarked;
