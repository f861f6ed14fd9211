/** The plugin {@code dashboard}: the dashboard's four plain permissions. */
@NullMarked
package org.apikeys.plugins.dashboard;

import org.jspecify.annotations.NullMarked;
