package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;

/** The secret under which another system made HMACs of its keys, encrypted. */
@Entity
@Table(name = "import_secret")
@NamedQuery(name = "ImportSecret.all", query = "SELECT i FROM ImportSecret i")
@NamedQuery(
    name = "ImportSecret.byFingerprint",
    query =
        "SELECT i FROM ImportSecret i WHERE i.organizationId = :organization"
            + " AND i.fingerprint = :fingerprint")
@SuppressWarnings("UnusedVariable") // columns that queries name
class ImportSecret {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "import_secret")
  @SequenceGenerator(
      name = "import_secret",
      sequenceName = "import_secret_id_seq",
      allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String fingerprint;

  @Column(name = "sealed_value")
  private byte[] sealed;

  @Column(name = "created_at")
  private Instant createdAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected ImportSecret() {}

  @SuppressWarnings("NullAway.Init")
  ImportSecret(long organizationId, String fingerprint, byte[] sealed, Instant now) {
    this.organizationId = organizationId;
    this.fingerprint = fingerprint;
    this.sealed = sealed.clone();
    createdAt = now;
  }

  /** What the sealed value is bound to. */
  static String sealedFor(ImportSecret secret) {
    return sealedFor(secret.organizationId, secret.fingerprint);
  }

  static String sealedFor(long organizationId, String fingerprint) {
    return "import-" + organizationId + "-" + fingerprint;
  }

  long id() {
    return id;
  }

  byte[] sealed() {
    return sealed.clone();
  }
}
