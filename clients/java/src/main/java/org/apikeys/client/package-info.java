/**
 * Decides about API keys where they are presented: asks the server once, goes on by what it has
 * lent, and hears at once what has changed.
 */
@NullMarked
package org.apikeys.client;

import org.jspecify.annotations.NullMarked;
