/** What every request and answer has: an id, strict JSON, pages, entity tags, calls made once. */
@NullMarked
package org.apikeys.web.http;

import org.jspecify.annotations.NullMarked;
