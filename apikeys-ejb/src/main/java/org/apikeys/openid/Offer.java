package org.apikeys.openid;

/**
 * What a browser needs in order to send a person to the provider.
 *
 * @param name what people know the provider by
 * @param authorizationEndpoint where they sign in
 * @param redirectUri where the provider sends them back to, to the letter
 */
public record Offer(
    String name,
    String issuer,
    String authorizationEndpoint,
    String clientId,
    String scope,
    String redirectUri) {}
