/** What can be wrong with a call, as RFC 9457 names it: one type for each stable code. */
@NullMarked
package org.apikeys.api.problem;

import org.jspecify.annotations.NullMarked;
