/** The JAX-RS application. */
@NullMarked
package org.apikeys.web;

import org.jspecify.annotations.NullMarked;
