@org.jspecify.annotations.NullMarked
package org.apikeys.web.backup;
