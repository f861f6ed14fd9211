/** The actions that the audit log names, and who did them. */
@NullMarked
package org.apikeys.api.audit;

import org.jspecify.annotations.NullMarked;
