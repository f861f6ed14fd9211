package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apikeys.crypto.KeyHasher.Hashed;
import org.jspecify.annotations.Nullable;

/**
 * One generation of a key's secret, as a hash. It works until its end: the end of the overlap after
 * a rotation, or none.
 */
@Entity
@Table(name = "key_secret")
@IdClass(KeySecretId.class)
@NamedQuery(
    name = "KeySecret.byDigest",
    query = "SELECT s FROM KeySecret s WHERE s.digest = :digest")
@NamedQuery(
    name = "KeySecret.byKey",
    query = "SELECT s FROM KeySecret s WHERE s.keyId = :keyId ORDER BY s.generation DESC")
@NamedQuery(
    name = "KeySecret.generations",
    query = "SELECT s.generation FROM KeySecret s WHERE s.keyId = :keyId ORDER BY s.generation")
@NamedQuery(name = "KeySecret.byKeys", query = "SELECT s FROM KeySecret s WHERE s.keyId IN :keyIds")
@NamedQuery(
    name = "KeySecret.byPrefix",
    query =
        "SELECT s, k.organizationId FROM KeySecret s, ApiKey k WHERE k.id = s.keyId"
            + " AND s.lookupPrefix IN :prefixes ORDER BY LENGTH(s.lookupPrefix) DESC, s.keyId")
@NamedQuery(name = "KeySecret.firstPrefix", query = "SELECT MIN(s.lookupPrefix) FROM KeySecret s")
@NamedQuery(
    name = "KeySecret.countUnder",
    query = "SELECT COUNT(s) FROM KeySecret s WHERE s.digest LIKE :digests")
@SuppressWarnings("UnusedVariable") // columns that queries name
class KeySecret {
  @Id
  @Column(name = "api_key_id")
  private long keyId;

  @Id private int generation;

  private String digest;

  @Column(name = "pepper_version")
  private @Nullable Integer pepperVersion;

  @Column(name = "slow_hash")
  private @Nullable String slowHash;

  @Column(name = "key_prefix")
  private String keyPrefix;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "expires_at")
  private @Nullable Instant expiresAt;

  @Column(name = "request_count", updatable = false)
  private long requestCount;

  @Column(name = "denied_count", updatable = false)
  private long deniedCount;

  @Column(name = "last_used_at", updatable = false)
  private @Nullable Instant lastUsedAt;

  private boolean custom;
  private @Nullable String origin;

  @Column(name = "lookup_prefix")
  private @Nullable String lookupPrefix;

  @Column(name = "handed_to")
  private @Nullable String handedTo;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected KeySecret() {}

  @SuppressWarnings("NullAway.Init")
  KeySecret(long keyId, int generation, Hashed hashed, String keyPrefix, Instant now) {
    this.keyId = keyId;
    this.generation = generation;
    this.keyPrefix = keyPrefix;
    createdAt = now;
    store(hashed);
  }

  /** Chosen by a person, and slow-hashed therefore. */
  KeySecret chosen() {
    custom = true;
    return this;
  }

  /** These people have it in their hands. */
  KeySecret handedTo(Collection<String> people) {
    handedTo = String.join(",", people);
    return this;
  }

  /** Who was handed it; null for one of before this was noted. */
  @Nullable List<String> handedTo() {
    if (handedTo == null) {
      return null;
    }
    return handedTo.isEmpty() ? List.of() : List.of(handedTo.split(",", -1));
  }

  boolean worksAt(Instant now) {
    return expiresAt == null || expiresAt.isAfter(now);
  }

  /** Hashed by another system, until it is used for the first time. */
  void importedAs(String algorithm, @Nullable String prefix) {
    origin = algorithm;
    lookupPrefix = prefix;
  }

  boolean isCustom() {
    return custom;
  }

  /** The bcrypt hash of another system; null when it is no such. */
  @Nullable String foreignBcrypt() {
    return lookupPrefix == null ? null : slowHash;
  }

  /** Hashed anew, under another pepper or method, and by this system. */
  void store(Hashed hashed) {
    origin = null;
    lookupPrefix = null;
    digest = hashed.digest();
    pepperVersion = hashed.pepperVersion();
    slowHash = hashed.slowHash();
  }

  Hashed hashed() {
    return new Hashed(digest, pepperVersion, slowHash);
  }

  /** Ends at this instant, or earlier if it would have anyway. */
  void endBy(Instant end) {
    if (expiresAt == null || expiresAt.isAfter(end)) {
      expiresAt = end;
    }
  }

  long keyId() {
    return keyId;
  }

  int generation() {
    return generation;
  }

  String keyPrefix() {
    return keyPrefix;
  }

  Instant createdAt() {
    return createdAt;
  }

  @Nullable Instant expiresAt() {
    return expiresAt;
  }

  long requestCount() {
    return requestCount;
  }

  long deniedCount() {
    return deniedCount;
  }

  @Nullable Instant lastUsedAt() {
    return lastUsedAt;
  }
}
