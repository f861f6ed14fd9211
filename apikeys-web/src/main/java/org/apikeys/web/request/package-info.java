/** Requests for keys and the policies that they stand under, by HTTP. */
@NullMarked
package org.apikeys.web.request;

import org.jspecify.annotations.NullMarked;
