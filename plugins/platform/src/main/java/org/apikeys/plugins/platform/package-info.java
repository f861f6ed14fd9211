/** The plugin {@code platform}: scopes over users, applications and data of the platform. */
@NullMarked
package org.apikeys.plugins.platform;

import org.jspecify.annotations.NullMarked;
