/**
 * What the black-box tests stand on: the WAR running on a stock server, and a client that sees of
 * it what any other client sees.
 */
@NullMarked
package org.apikeys.web.server;

import org.jspecify.annotations.NullMarked;
