/**
 * The ground floor: the data source, the migrations of its schema, leases, the clock, and stored
 * JSON.
 */
@NullMarked
package org.apikeys.store;

import org.jspecify.annotations.NullMarked;
