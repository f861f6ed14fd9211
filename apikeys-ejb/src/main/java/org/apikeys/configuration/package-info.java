/** The configuration of an organization as one document: written out, compared, and restored. */
@NullMarked
package org.apikeys.configuration;

import org.jspecify.annotations.NullMarked;
