/**
 * The plugin {@code studio}: scopes over agents, deployments, metrics, pipelines and gateways of
 * the studio.
 */
@NullMarked
package org.apikeys.plugins.studio;

import org.jspecify.annotations.NullMarked;
