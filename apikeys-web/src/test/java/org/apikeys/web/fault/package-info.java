/**
 * Campaigns: what may happen to a server, and what it promises then ({@code mvn verify -Pfaults}).
 * What each came to is in docs/operations.md.
 */
@NullMarked
package org.apikeys.web.fault;

import org.jspecify.annotations.NullMarked;
