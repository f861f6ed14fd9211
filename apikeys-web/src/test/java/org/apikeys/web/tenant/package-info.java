/** People, organizations and how callers prove who they are. */
@NullMarked
package org.apikeys.web.tenant;

import org.jspecify.annotations.NullMarked;
