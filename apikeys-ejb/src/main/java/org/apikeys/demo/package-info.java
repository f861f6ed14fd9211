/** Something to look at: people, keys and traffic for an empty store. */
@NullMarked
package org.apikeys.demo;

import org.jspecify.annotations.NullMarked;
