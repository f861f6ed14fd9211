package org.apikeys.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Set;
import org.apikeys.api.permission.HeldScopes;
import org.apikeys.hot.Digits;
import org.apikeys.limit.Counter;
import org.apikeys.limit.Gate;
import org.apikeys.limit.WindowLimits;
import org.apikeys.permission.ScopeChecks;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.restriction.ReferrerMatcher;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision needs of one generation of a key, compiled and immutable but for its counter.
 * Instants are milliseconds since 1970 UTC.
 *
 * <p>There may be a million in memory: what it has in common with others is theirs, too, and of
 * what an answer shows only its name and its end rest here.
 */
public final class KeySnapshot {
  private static final byte[] ID = "{\"id\":".getBytes(UTF_8);
  private static final byte[] KEY_ID = ",\"key_id\":\"key-".getBytes(UTF_8);
  private static final byte[] NAME = "\",\"name\":".getBytes(UTF_8);
  private static final byte[] NO_EXPIRY = ",\"expires_at\":null".getBytes(UTF_8);
  private static final int FIXED =
      ID.length + KEY_ID.length + NAME.length + NO_EXPIRY.length + 2 * Digits.MOST;

  private final long id;
  private final int generation;
  private final boolean revoked;
  private final long secretEndsAt;
  private final long expiresAt;

  /** The name as JSON; of a key that expires with when, as the next member. */
  private final byte[] shown;

  private final KeyTerms terms;
  private final Counter counter;
  private final @Nullable Gate gate;
  private final @Nullable ScopeChecks checks;

  /**
   * What a key has for itself.
   *
   * @param generation which of its secrets this is
   * @param secretEndsAt when this generation ends; {@link Long#MAX_VALUE} for never
   * @param expiresAt when the key expires; null for never
   */
  public record Own(
      long id,
      int generation,
      String name,
      boolean revoked,
      long secretEndsAt,
      @Nullable Instant expiresAt) {}

  /**
   * Compiles a key.
   *
   * @param gate what decides about its calls when it has more limits than plain windows
   * @param checks what plugins say about its scopes; null when none does
   */
  public KeySnapshot(
      Own own, KeyTerms terms, Counter counter, @Nullable Gate gate, @Nullable ScopeChecks checks) {
    id = own.id();
    generation = own.generation();
    revoked = own.revoked();
    secretEndsAt = own.secretEndsAt();
    Instant expiry = own.expiresAt();
    expiresAt = expiry == null ? Long.MAX_VALUE : expiry.toEpochMilli();
    shown =
        (Json.write(own.name()) + (expiry == null ? "" : ",\"expires_at\":" + Json.write(expiry)))
            .getBytes(UTF_8);
    this.terms = terms;
    this.counter = counter;
    this.gate = gate;
    this.checks = checks;
  }

  /** The key's number. */
  public long id() {
    return id;
  }

  /** Which of its secrets this is. */
  public int generation() {
    return generation;
  }

  public boolean revoked() {
    return revoked;
  }

  /** When this generation ends; {@link Long#MAX_VALUE} for never. */
  public long secretEndsAt() {
    return secretEndsAt;
  }

  /** When the key expires; {@link Long#MAX_VALUE} for never. */
  public long expiresAt() {
    return expiresAt;
  }

  /** Its name; made anew at each call, since few ask. */
  public String name() {
    int end = 1;
    while (shown[end] != '"') {
      if (shown[end] == '\\') {
        // what follows the first value is not read
        return Json.read(new String(shown, UTF_8), String.class);
      }
      end++;
    }
    return new String(shown, 1, end - 1, UTF_8);
  }

  /** How much room {@link #showIn} takes at most. */
  public int mostShown() {
    return FIXED + shown.length + terms.shown().length();
  }

  /**
   * Writes the key as an answer shows it, as JSON.
   *
   * @return the index after it
   */
  public int showIn(byte[] answer, int index) {
    int end = Digits.write(answer, copy(ID, answer, index), id);
    end = Digits.write(answer, copy(KEY_ID, answer, end), id);
    end = copy(shown, answer, copy(NAME, answer, end));
    if (expiresAt == Long.MAX_VALUE) {
      end = copy(NO_EXPIRY, answer, end);
    }
    return terms.shown().copyTo(answer, end);
  }

  private static int copy(byte[] part, byte[] answer, int index) {
    System.arraycopy(part, 0, answer, index, part.length);
    return index + part.length;
  }

  public long organizationId() {
    return terms.organizationId();
  }

  public String owner() {
    return terms.owner();
  }

  /** Number of the person who owns it; 0 for a person of an external issuer. */
  public long ownerId() {
    return terms.ownerId();
  }

  public String environment() {
    return terms.environment();
  }

  public boolean publishable() {
    return terms.publishable();
  }

  /** Whether it, its owner and its organization are enabled. */
  public boolean usable() {
    return terms.usable();
  }

  /** From when it works; {@link Long#MIN_VALUE} for always. */
  public long notBefore() {
    return terms.notBefore();
  }

  public HeldScopes scopes() {
    return terms.scopes();
  }

  /** The scopes held, separated by spaces. */
  public String scopeNames() {
    return terms.scopeNames();
  }

  /** Those of its scopes that are over the management API. */
  public Set<String> managementScopes() {
    return terms.managementScopes();
  }

  public IpMatcher addresses() {
    return terms.addresses();
  }

  public ReferrerMatcher referrers() {
    return terms.referrers();
  }

  public WindowLimits limits() {
    return terms.limits();
  }

  /** The largest request; {@link Long#MAX_VALUE} for any. */
  public long payloadBytes() {
    return terms.payloadBytes();
  }

  /** What its calls are held against besides; null for nothing. */
  public @Nullable Trial trial() {
    return terms.trial();
  }

  public Counter counter() {
    return counter;
  }

  /** What decides about its calls when it has more limits than plain windows. */
  public @Nullable Gate gate() {
    return gate;
  }

  /** What plugins say about its scopes; null when none does. */
  public @Nullable ScopeChecks checks() {
    return checks;
  }

  /** The limits of calls that count for now. */
  public WindowLimits presentLimits() {
    return counter.adapted(terms.limits());
  }

  /** As an answer shows it; for logs. */
  @Override
  public String toString() {
    byte[] answer = new byte[mostShown()];
    return new String(answer, 0, showIn(answer, 0), UTF_8);
  }
}
