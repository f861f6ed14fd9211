/** Copies of everything, handed out. */
@org.jspecify.annotations.NullMarked
package org.apikeys.web.backup;
