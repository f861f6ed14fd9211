/** The one place where something wrong becomes an answer: application/problem+json. */
@NullMarked
package org.apikeys.web.problem;

import org.jspecify.annotations.NullMarked;
