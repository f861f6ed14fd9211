package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.limit.CreditRule;
import org.jspecify.annotations.Nullable;

/**
 * A key through its life: issued with a configuration, changed, deactivated and reactivated, given
 * new secrets by rotation, renewed before or after it expires, and in the end revoked. What is
 * revoked never works again, and stays to be read.
 */
@Entity
@Table(name = "api_key")
@NamedQuery(
    name = "ApiKey.configurations",
    query = "SELECT k FROM ApiKey k WHERE k.organizationId = :organization AND k.id IN :ids")
@NamedQuery(name = "ApiKey.owners", query = "SELECT k.id, k.owner FROM ApiKey k WHERE k.id IN :ids")
@NamedQuery(
    name = "ApiKey.numbersByOwner",
    query =
        "SELECT k.id FROM ApiKey k"
            + " WHERE k.organizationId = :organization AND k.owner = :owner ORDER BY k.id DESC")
@SuppressWarnings("UnusedVariable") // columns that queries name
class ApiKey {
  static final String REVOKED = "The key is revoked, and a revoked key never changes.";

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "api_key")
  @SequenceGenerator(name = "api_key", sequenceName = "api_key_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  // columns that lists filter and sort by; the configuration is the truth
  private String name;

  @Column(name = "name_key")
  private String nameKey;

  private String type;
  private String environment;
  private String owner;

  @Column(name = "expires_at")
  private @Nullable Instant expiresAt;

  @Convert(converter = ConfigurationJson.class)
  private KeyConfiguration configuration;

  @Column(name = "key_prefix")
  private String keyPrefix;

  @Column(name = "sealed_value")
  private byte @Nullable [] sealedValue;

  @Column(name = "is_active")
  private boolean active = true;

  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  @Column(name = "revoked_reason")
  private @Nullable String revokedReason;

  private int generation = 1;

  @Column(name = "archived_at")
  private @Nullable Instant archivedAt;

  @Column(name = "warned_expiry")
  private @Nullable Instant warnedExpiry;

  @Column(name = "warned_days")
  private @Nullable Integer warnedDays;

  @Column(name = "noted_expiry")
  private @Nullable Instant notedExpiry;

  @Column(name = "rotated_at")
  private @Nullable Instant rotatedAt;

  @Column(name = "rotation_due_at")
  private @Nullable Instant rotationDueAt;

  @Column(name = "rotation_told_at")
  private @Nullable Instant rotationToldAt;

  @Column(name = "unused_told_at")
  private @Nullable Instant unusedToldAt;

  @Column(name = "throttle_percent")
  private @Nullable Integer throttlePercent;

  @Column(name = "rotate_by")
  private @Nullable Instant rotateBy;

  @Column(name = "created_by")
  private String createdBy;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  /** What calls have left of its credits. */
  @Transient private @Nullable Long balance;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected ApiKey() {}

  @SuppressWarnings("NullAway.Init")
  ApiKey(
      long organizationId,
      KeyConfiguration configuration,
      String keyPrefix,
      String createdBy,
      Instant now) {
    this.organizationId = organizationId;
    this.keyPrefix = keyPrefix;
    this.createdBy = createdBy;
    createdAt = now;
    rotatedAt = now;
    configure(configuration, now);
  }

  void configure(KeyConfiguration changed, Instant now) {
    requireNotOver();
    configuration = changed;
    name = changed.name();
    nameKey = changed.name().toLowerCase(Locale.ROOT);
    type = changed.type();
    environment = changed.environment();
    owner = Objects.requireNonNull(changed.owner());
    expiresAt = changed.expiresAt();
    updatedAt = now;
    planRotation();
  }

  private void planRotation() {
    Rotation rotation = configuration.rotation();
    Instant since = rotatedAt == null ? createdAt : rotatedAt;
    rotationDueAt = rotation == null ? null : since.plus(Duration.parse(rotation.every()));
  }

  /** Its owner was told that it ends within so many days. */
  void warned(int days) {
    warnedExpiry = expiresAt;
    warnedDays = days;
  }

  boolean isWarned(int days) {
    return Objects.equals(warnedExpiry, expiresAt) && warnedDays != null && warnedDays <= days;
  }

  /** It was noted that it has ended by itself. */
  void expiryNoted() {
    notedExpiry = expiresAt;
  }

  boolean isExpiryNoted() {
    return Objects.equals(notedExpiry, expiresAt);
  }

  /** Its owner was told that its secret is old. */
  void rotationTold(Instant now) {
    rotationToldAt = now;
  }

  /** Ends for good: what could be revealed is gone, and the history stays. */
  void archive(Instant now) {
    archivedAt = now;
    sealedValue = null;
    updatedAt = now;
  }

  @Nullable Instant rotationDueAt() {
    return rotationDueAt;
  }

  void activate(boolean isActive, Instant now) {
    requireNotOver();
    active = isActive;
    updatedAt = now;
  }

  /** How much of its limits counts; null for the whole. */
  void throttle(@Nullable Integer percent, Instant now) {
    requireNotOver();
    throttlePercent = percent;
    updatedAt = now;
  }

  @Nullable Integer throttlePercent() {
    return throttlePercent;
  }

  /** When its secret ends unless it is rotated before; null for no such end. */
  void rotateBy(@Nullable Instant end, Instant now) {
    requireNotOver();
    rotateBy = end;
    updatedAt = now;
  }

  @Nullable Instant rotateBy() {
    return rotateBy;
  }

  /** The next generation of the secret. */
  int rotate(String newPrefix, Instant now) {
    requireNotOver();
    generation++;
    keyPrefix = newPrefix;
    updatedAt = now;
    rotatedAt = now;
    rotationToldAt = null;
    rotateBy = null;
    planRotation();
    return generation;
  }

  void seal(byte[] value) {
    sealedValue = value.clone();
  }

  void revoke(@Nullable String reason, Instant now) {
    requireNotOver();
    revokedAt = now;
    revokedReason = reason;
    updatedAt = now;
  }

  private void requireNotOver() {
    if (archivedAt != null) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The key is archived, and an archived key never changes.");
    }
    requireNotRevoked();
  }

  void requireNotRevoked() {
    if (revokedAt != null) {
      throw new ProblemException(ProblemType.CONFLICT, REVOKED);
    }
  }

  KeyStatus statusAt(Instant now) {
    if (archivedAt != null) {
      return KeyStatus.ARCHIVED;
    }
    if (revokedAt != null) {
      return KeyStatus.REVOKED;
    }
    if (expiresAt != null && !expiresAt.isAfter(now)) {
      return KeyStatus.EXPIRED;
    }
    return active ? KeyStatus.ACTIVE : KeyStatus.INACTIVE;
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String owner() {
    return owner;
  }

  /** Whether it is of the caller's organization, and theirs or they see all. */
  boolean isSeenBy(Caller caller) {
    return caller.organizationId() == organizationId
        && (caller.seesWholeOrganization() || owner.equals(caller.owner()));
  }

  KeyConfiguration configuration() {
    return configuration;
  }

  /** The configuration with the credits that are left now. */
  KeyConfiguration present() {
    CreditRule credits = configuration.credits();
    return credits == null || balance == null
        ? configuration
        : configuration.withCredits(credits.withBalance(balance));
  }

  /** Whether it is as it was when the change was proposed. */
  boolean isAs(KeyProposals.Change change) {
    return configuration.equalsButForBalance(change.before()) && active == change.wasActive();
  }

  void showBalance(long now) {
    balance = now;
  }

  String keyPrefix() {
    return keyPrefix;
  }

  byte @Nullable [] sealedValue() {
    return sealedValue == null ? null : sealedValue.clone();
  }

  boolean isActive() {
    return active;
  }

  @Nullable Instant revokedAt() {
    return revokedAt;
  }

  @Nullable String revokedReason() {
    return revokedReason;
  }

  int generation() {
    return generation;
  }

  String createdBy() {
    return createdBy;
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant updatedAt() {
    return updatedAt;
  }

  long version() {
    return version;
  }
}
