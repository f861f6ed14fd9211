package org.apikeys.api.key;

/**
 * What a well-formed key says about itself. It holds nothing of the secret part.
 *
 * @param publishable whether the key may stand in a browser or an app, {@code pk}
 * @param environment where it is used
 * @param visiblePrefix what identifies it in lists and logs, {@code sk_live_a1b2c3d4}
 */
public record ParsedKey(boolean publishable, Environment environment, String visiblePrefix) {}
