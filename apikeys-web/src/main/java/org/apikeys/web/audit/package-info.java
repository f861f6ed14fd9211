/** The audit log over HTTP. */
@NullMarked
package org.apikeys.web.audit;

import org.jspecify.annotations.NullMarked;
