/** The dialects, as golden exchanges from the seeds and as the rules of the contract. */
@NullMarked
package org.apikeys.web.dialect;

import org.jspecify.annotations.NullMarked;
