/**
 * Ways in that speak as other systems do: each a package with its wire records and a translation to
 * the same services. Nothing imports them.
 */
@NullMarked
package org.apikeys.web.dialect;

import org.jspecify.annotations.NullMarked;
