/** The dialect of seed 002: a user who is known by an e-mail address has one key. */
@NullMarked
package org.apikeys.web.dialect.store;

import org.jspecify.annotations.NullMarked;
