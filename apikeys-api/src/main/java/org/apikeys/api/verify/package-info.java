/** The outcome of deciding about a call: granted or denied, with the code that says why. */
@NullMarked
package org.apikeys.api.verify;

import org.jspecify.annotations.NullMarked;
