/** What the audit log holds after a call, and who may read it. */
@NullMarked
package org.apikeys.web.audit;

import org.jspecify.annotations.NullMarked;
