package org.apikeys.advice;

import java.time.Instant;
import java.util.List;
import org.apikeys.restriction.Restrictions;
import org.jspecify.annotations.Nullable;

/**
 * What a key has not used, and the narrowing that follows from it.
 *
 * @param since from when its use was looked at
 * @param unusedScopes scopes that it holds and has not used
 * @param unusedRanges address ranges that it may be used from and was not
 * @param usedMethods HTTP methods that it was used with
 * @param notJudged scopes of the management API, whose use is not looked at
 * @param narrowing what to change; null when nothing follows
 * @param notes sentences for people
 */
public record Advice(
    String keyId,
    Instant since,
    List<UsedScope> usedScopes,
    List<String> unusedScopes,
    List<String> unusedRanges,
    List<String> usedMethods,
    List<String> notJudged,
    @Nullable Narrowing narrowing,
    List<String> notes) {

  /** A scope and when it was last used, to the minute. */
  public record UsedScope(String scope, Instant lastUsedAt) {}

  /** Fields of the key as they would be. */
  public record Narrowing(
      List<String> scopes, List<String> permissionSets, Restrictions restrictions) {}
}
