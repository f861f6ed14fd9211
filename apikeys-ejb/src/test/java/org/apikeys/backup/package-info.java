@org.jspecify.annotations.NullMarked
package org.apikeys.backup;
