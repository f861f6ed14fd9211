package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;

/** One approver's word that another may decide about a request in their stead, until an instant. */
@Entity
@Table(name = "key_request_delegation")
@NamedQuery(
    name = "Delegation.ofRequests",
    query = "SELECT d FROM Delegation d WHERE d.requestId IN :ids ORDER BY d.id")
@SuppressWarnings("UnusedVariable") // columns that queries name
class Delegation {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "key_request_delegation")
  @SequenceGenerator(
      name = "key_request_delegation",
      sequenceName = "key_request_delegation_id_seq",
      allocationSize = 1)
  private long id;

  @Column(name = "request_id")
  private long requestId;

  @Column(name = "from_person")
  private String from;

  @Column(name = "to_person")
  private String to;

  @Column(name = "to_key")
  private String toKey;

  @Column(name = "until_at")
  private Instant until;

  @Column(name = "created_at")
  private Instant createdAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Delegation() {}

  @SuppressWarnings("NullAway.Init")
  Delegation(long requestId, String from, String to, Instant until, Instant now) {
    this.requestId = requestId;
    this.from = from;
    this.to = to;
    toKey = KeyRequest.key(to);
    this.until = until;
    createdAt = now;
  }

  boolean isTo(String person, Instant now) {
    return toKey.equals(KeyRequest.key(person)) && until.isAfter(now);
  }

  long requestId() {
    return requestId;
  }

  String from() {
    return from;
  }

  String to() {
    return to;
  }

  Instant until() {
    return until;
  }
}
