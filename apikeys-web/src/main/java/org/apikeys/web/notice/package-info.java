/** Notices and webhooks, by HTTP. */
@NullMarked
package org.apikeys.web.notice;

import org.jspecify.annotations.NullMarked;
