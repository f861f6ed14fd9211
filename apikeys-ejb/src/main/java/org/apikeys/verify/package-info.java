/** The hot path: a presented key becomes a decision without touching the database. */
@NullMarked
package org.apikeys.verify;

import org.jspecify.annotations.NullMarked;
