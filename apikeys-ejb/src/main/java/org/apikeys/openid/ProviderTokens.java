package org.apikeys.openid;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person signs calls with.
 *
 * @param accessToken of the provider, a JWT; the server checks it again at every call
 * @param ends when it does
 * @param refreshToken what it is exchanged for a new one with; null when the provider gave none
 */
public record ProviderTokens(String accessToken, Instant ends, @Nullable String refreshToken) {
  @Override
  public String toString() {
    return "ProviderTokens[secret]";
  }
}
