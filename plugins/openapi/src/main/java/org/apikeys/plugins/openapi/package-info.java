/** A scope for every operation and tag of an OpenAPI document. */
@NullMarked
package org.apikeys.plugins.openapi;

import org.jspecify.annotations.NullMarked;
