package org.apikeys.key;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.GateRules;
import org.apikeys.limit.MeterLimit;
import org.apikeys.limit.RateLimits;
import org.apikeys.restriction.Restrictions;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of a key: the same in a request, at rest, in the history and in an answer. The
 * secret is no part of it.
 */
public record KeyConfiguration(
    @NotBlank(message = "is required")
        @Size(max = 100, message = "has at most 100 characters")
        @Pattern(
            regexp = KeyConfiguration.SEEN_AS_IT_IS,
            message =
                "has something to see, and neither control characters nor those that turn the"
                    + " direction of writing (U+202A to U+202E, U+2066 to U+2069)")
        String name,
    @Nullable @Size(max = 1000, message = "has at most 1000 characters") String description,
    String type,
    @Pattern(
            regexp = "production|staging|development",
            message = "is one of production, staging, development")
        String environment,
    @Size(max = 100, message = "names at most 100 scopes")
        List<@NotBlank(message = "is a scope") String> scopes,
    @Size(max = 20, message = "names at most 20 permission sets")
        List<@NotBlank(message = "is the name of a permission set") String> permissionSets,
    @Nullable
        @Min(value = 1, message = "is 1 to 1000000000 calls a minute")
        @Max(value = 1_000_000_000, message = "is 1 to 1000000000 calls a minute")
        Long rateLimit,
    @Nullable @Valid RateLimits rateLimits,
    @Nullable @Size(max = 20, message = "has at most 20 meters")
        Map<
                @Pattern(
                    regexp = MeterLimit.NAME,
                    message = "is named in lower case, with 1 to 50 letters, digits, _ . or -")
                String,
                @NotNull(message = "is a limit") @Valid MeterLimit>
            resourceLimits,
    @Nullable @Valid CreditRule credits,
    @Valid Restrictions restrictions,
    @Nullable Instant expiresAt,
    @Nullable Instant notBefore,
    @Nullable @Valid Rotation rotation,
    @Size(max = 50, message = "has at most 50 entries") @MetadataEntries
        Map<@Size(min = 1, max = 100, message = "is named with 1 to 100 characters") String, Object>
            metadata,
    @Size(max = 50, message = "has at most 50 tags")
        List<
                @NotNull(message = "is a tag")
                @Pattern(
                    regexp = "[^\\s,]{1,50}",
                    message = "is 1 to 50 characters without white space or comma")
                String>
            tags,
    @Nullable @Size(max = 64, message = "has at most 64 characters") String owner,
    boolean publishable,
    boolean unlimited) {

  /** The type of a key that is had before it is approved, and raises an alert therefore. */
  public static final String EMERGENCY = "emergency";

  /**
   * A name that lists, mails and spreadsheets show as it is: somebody approves what they read. What
   * is blank is refused as missing.
   */
  static final String SEEN_AS_IT_IS =
      "[\\x00-\\x20]*|(?=[\\p{Z}\\p{C}]*+[^\\p{Z}\\p{C}])"
          + "[^\\p{Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]*+";

  static final String STANDARD_TYPE = "service";
  static final String STANDARD_ENVIRONMENT = "production";

  public KeyConfiguration {
    type = Objects.requireNonNullElse(type, STANDARD_TYPE);
    environment = Objects.requireNonNullElse(environment, STANDARD_ENVIRONMENT);
    scopes = distinct(scopes);
    permissionSets = distinct(permissionSets);
    resourceLimits =
        resourceLimits == null || resourceLimits.isEmpty()
            ? null
            : Collections.unmodifiableMap(new TreeMap<>(resourceLimits));
    restrictions = Objects.requireNonNullElse(restrictions, Restrictions.NONE);
    metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(metadata));
    tags = distinct(tags);
  }

  private static List<String> distinct(@Nullable List<String> list) {
    return list == null ? List.of() : list.stream().distinct().toList();
  }

  /** The limits that are in force. */
  public RateLimits limits() {
    return rateLimits == null ? RateLimits.DEFAULT : rateLimits;
  }

  /** What decides about calls beside plain windows; null when nothing does. */
  public @Nullable GateRules gateRules() {
    return GateRules.of(limits(), resourceLimits, credits != null);
  }

  KeyConfiguration withCredits(@Nullable CreditRule newCredits) {
    return with(rateLimit, rateLimits, unlimited, expiresAt, owner, newCredits);
  }

  /** Whether nothing else differs than what calls take from. */
  boolean equalsButForBalance(KeyConfiguration other) {
    CreditRule theirs = other.credits;
    Long balance = theirs == null ? null : theirs.balance();
    if (credits == null || balance == null) {
      return equals(other);
    }
    return withCredits(credits.withBalance(balance)).equals(other);
  }

  /** The most calls in a minute; {@link Long#MAX_VALUE} when that is not limited. */
  public long mostCallsPerMinute() {
    Long perMinute = limits().perMinute();
    return perMinute == null ? Long.MAX_VALUE : perMinute;
  }

  /** Whether nothing says from where it may be used. */
  public boolean fromAnywhere() {
    return restrictions.fromAnywhere();
  }

  KeyConfiguration withLimits(RateLimits limits) {
    return with(limits.perMinute(), limits, limits.hasNoLimit(), expiresAt, owner);
  }

  KeyConfiguration withOwner(String newOwner) {
    return with(rateLimit, rateLimits, unlimited, expiresAt, newOwner);
  }

  /** The same with another end. */
  public KeyConfiguration expiringAt(Instant end) {
    return withExpiry(end);
  }

  KeyConfiguration withExpiry(@Nullable Instant newExpiry) {
    return with(rateLimit, rateLimits, unlimited, newExpiry, owner);
  }

  /** With less to do and fewer places to do it from. */
  public KeyConfiguration narrowedTo(
      List<String> newScopes, List<String> newPermissionSets, Restrictions newRestrictions) {
    return new KeyConfiguration(
        name,
        description,
        type,
        environment,
        newScopes,
        newPermissionSets,
        rateLimit,
        rateLimits,
        resourceLimits,
        credits,
        newRestrictions,
        expiresAt,
        notBefore,
        rotation,
        metadata,
        tags,
        owner,
        publishable,
        unlimited);
  }

  /**
   * This one, with the other's say in the fields that an approver can narrow.
   *
   * @param fields those of them in which this one allows more
   */
  KeyConfiguration without(Collection<String> fields, KeyConfiguration other) {
    boolean fewerScopes = fields.contains("scopes");
    KeyConfiguration times =
        fields.contains("expires_at") || fields.contains("not_before") ? other : this;
    KeyConfiguration limits = fields.contains("rate_limits") ? other : this;
    return new KeyConfiguration(
        name,
        description,
        type,
        environment,
        fewerScopes ? other.scopes : scopes,
        fewerScopes ? other.permissionSets : permissionSets,
        limits.rateLimit,
        limits.rateLimits,
        resourceLimits,
        credits,
        fields.contains("restrictions") ? other.restrictions : restrictions,
        times.expiresAt,
        times.notBefore,
        rotation,
        metadata,
        tags,
        owner,
        publishable,
        limits.unlimited);
  }

  private KeyConfiguration with(
      @Nullable Long newRateLimit,
      @Nullable RateLimits newRateLimits,
      boolean newUnlimited,
      @Nullable Instant newExpiry,
      @Nullable String newOwner) {
    return with(newRateLimit, newRateLimits, newUnlimited, newExpiry, newOwner, credits);
  }

  private KeyConfiguration with(
      @Nullable Long newRateLimit,
      @Nullable RateLimits newRateLimits,
      boolean newUnlimited,
      @Nullable Instant newExpiry,
      @Nullable String newOwner,
      @Nullable CreditRule newCredits) {
    return new KeyConfiguration(
        name,
        description,
        type,
        environment,
        scopes,
        permissionSets,
        newRateLimit,
        newRateLimits,
        resourceLimits,
        newCredits,
        restrictions,
        newExpiry,
        notBefore,
        rotation,
        metadata,
        tags,
        newOwner,
        publishable,
        newUnlimited);
  }
}
