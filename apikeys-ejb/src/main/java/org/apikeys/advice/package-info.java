/** Least privilege: what a key does not use, and what a proposed restriction would have refused. */
@NullMarked
package org.apikeys.advice;

import org.jspecify.annotations.NullMarked;
