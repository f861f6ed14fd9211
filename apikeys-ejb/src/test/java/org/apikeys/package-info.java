/** The rules that all features keep. */
@NullMarked
package org.apikeys;

import org.jspecify.annotations.NullMarked;
