/**
 * The contract between the system and a plugin module: what a plugin is and what it contributes.
 */
@NullMarked
package org.apikeys.api.plugin;

import org.jspecify.annotations.NullMarked;
