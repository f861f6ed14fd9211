/** What the OpenAPI document promises, tried at every operation that it names. */
@NullMarked
package org.apikeys.web.contract;

import org.jspecify.annotations.NullMarked;
