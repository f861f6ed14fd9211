package org.apikeys.client;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apikeys.api.permission.HeldScopes;

/**
 * The key of a call, as the server shows it.
 *
 * @param keyId {@code key-<number>}
 * @param grants its scopes and patterns, each perhaps limited to resources, in the server's order
 * @param scopeNames the same, separated by spaces
 * @param held the same, made for asking
 * @param json all of it, as the server wrote it
 */
public record VerifiedKey(
    long id,
    String keyId,
    String name,
    long organizationId,
    String owner,
    String environment,
    Set<String> grants,
    String scopeNames,
    HeldScopes held,
    String json) {
  public VerifiedKey {
    grants = Collections.unmodifiableSet(new LinkedHashSet<>(grants));
  }
}
