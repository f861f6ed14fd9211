package org.apikeys.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;

/** A scope or tag of a key, so that lists can be filtered by it. */
@Entity
@Table(name = "api_key_term")
@IdClass(KeyTermId.class)
@NamedQuery(name = "KeyTerm.deleteByKey", query = "DELETE FROM KeyTerm t WHERE t.keyId = :keyId")
@NamedQuery(
    name = "KeyTerm.scopesByOwner",
    query =
        "SELECT DISTINCT t.term FROM KeyTerm t, ApiKey k WHERE t.keyId = k.id AND t.kind = 'scope'"
            + " AND k.organizationId = :organization AND k.owner = :owner"
            + " AND k.revokedAt IS NULL")
@SuppressWarnings("UnusedVariable") // columns that queries name
class KeyTerm {
  static final String SCOPE = "scope";
  static final String TAG = "tag";
  static final String SET = "set";

  @Id
  @Column(name = "api_key_id")
  private long keyId;

  @Id private String kind;
  @Id private String term;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected KeyTerm() {}

  KeyTerm(long keyId, String kind, String term) {
    this.keyId = keyId;
    this.kind = kind;
    this.term = term;
  }
}
