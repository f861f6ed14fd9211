/** Reports over HTTP. */
@NullMarked
package org.apikeys.web.report;

import org.jspecify.annotations.NullMarked;
