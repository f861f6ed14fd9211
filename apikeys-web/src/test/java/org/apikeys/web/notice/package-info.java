/** Notices and webhooks as a client of the REST API sees them. */
@NullMarked
package org.apikeys.web.notice;

import org.jspecify.annotations.NullMarked;
