package org.apikeys.client;

import java.util.Set;
import org.apikeys.api.permission.HeldScopes;

/**
 * The key of a call, as the server shows it.
 *
 * @param keyId {@code key-<number>}
 * @param grants its scopes and patterns, each perhaps limited to resources
 * @param held the same, made for asking
 */
public record VerifiedKey(
    long id,
    String keyId,
    String name,
    long organizationId,
    String owner,
    String environment,
    Set<String> grants,
    HeldScopes held) {
  public VerifiedKey {
    grants = Set.copyOf(grants);
  }
}
