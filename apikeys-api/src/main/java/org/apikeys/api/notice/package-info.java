/** What people are to be told. */
@NullMarked
package org.apikeys.api.notice;

import org.jspecify.annotations.NullMarked;
