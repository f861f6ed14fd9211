package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a key was configured from an instant on, until its next version. */
@Entity
@Table(name = "api_key_version")
@IdClass(KeyVersionId.class)
@NamedQuery(
    name = "KeyVersion.byKey",
    query = "SELECT v FROM KeyVersion v WHERE v.keyId = :keyId ORDER BY v.number DESC")
@NamedQuery(
    name = "KeyVersion.byKeyAt",
    query =
        "SELECT v FROM KeyVersion v WHERE v.keyId = :keyId AND v.writtenAt <= :at"
            + " ORDER BY v.number DESC")
@NamedQuery(
    name = "KeyVersion.count",
    query = "SELECT COUNT(v) FROM KeyVersion v WHERE v.keyId = :keyId")
@NamedQuery(
    name = "KeyVersion.last",
    query = "SELECT MAX(v.number) FROM KeyVersion v WHERE v.keyId = :keyId")
class KeyVersion {
  @Id
  @Column(name = "api_key_id")
  private long keyId;

  @Id private long number;

  @Column(name = "written_at")
  private Instant writtenAt;

  @Column(name = "written_by")
  private String writtenBy;

  @Convert(converter = ConfigurationJson.class)
  private KeyConfiguration configuration;

  private String state;

  @Column(name = "request_id")
  private @Nullable Long requestId;

  @Column(name = "approved_by")
  private @Nullable String approvedBy;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected KeyVersion() {}

  @SuppressWarnings("NullAway.Init")
  KeyVersion(ApiKey key, long number, String writtenBy, @Nullable Approval approval, Instant now) {
    if (approval != null) {
      requestId = approval.requestId();
      approvedBy = String.join(",", approval.approvedBy());
    }
    keyId = key.id();
    this.number = number;
    writtenAt = now;
    this.writtenBy = writtenBy;
    configuration = key.configuration();
    state = key.statusAt(now).word();
  }

  /** The request that asked for this version; null when nobody had to be asked. */
  @Nullable Long requestId() {
    return requestId;
  }

  /** The approval that it was made under; null when it needed none. */
  @Nullable Approval approval() {
    return requestId == null
        ? null
        : new Approval(requestId, Objects.requireNonNullElse(approvedBy(), List.of()));
  }

  /** Its state at an instant while it was the latest: its end counts before it is noted. */
  String stateAt(Instant at) {
    Instant end = configuration.expiresAt();
    boolean living =
        state.equals(KeyStatus.ACTIVE.word()) || state.equals(KeyStatus.INACTIVE.word());
    return living && end != null && !end.isAfter(at) ? KeyStatus.EXPIRED.word() : state;
  }

  /** Who approved it; null when it needed no approval. */
  @Nullable List<String> approvedBy() {
    return approvedBy == null || approvedBy.isEmpty() ? null : List.of(approvedBy.split(",", -1));
  }

  long keyId() {
    return keyId;
  }

  long number() {
    return number;
  }

  Instant writtenAt() {
    return writtenAt;
  }

  String writtenBy() {
    return writtenBy;
  }

  KeyConfiguration configuration() {
    return configuration;
  }

  String state() {
    return state;
  }
}
