/** Tests of the configuration over HTTP. */
@NullMarked
package org.apikeys.web.configuration;

import org.jspecify.annotations.NullMarked;
