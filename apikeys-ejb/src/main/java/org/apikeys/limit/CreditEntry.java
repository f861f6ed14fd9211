package org.apikeys.limit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A line of the ledger: what came in or was taken away other than by calls, by whom, and why. */
@Entity
@Table(name = "credit_entry")
@NamedQuery(
    name = "CreditEntry.byKey",
    query = "SELECT e FROM CreditEntry e WHERE e.keyId = :keyId ORDER BY e.id DESC")
@NamedQuery(
    name = "CreditEntry.count",
    query = "SELECT COUNT(e) FROM CreditEntry e WHERE e.keyId = :keyId")
@SuppressWarnings("UnusedVariable") // columns that queries name
class CreditEntry {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "credit_entry")
  @SequenceGenerator(
      name = "credit_entry",
      sequenceName = "credit_entry_id_seq",
      allocationSize = 1)
  private long id;

  @Column(name = "api_key_id")
  private long keyId;

  private String kind;
  private long amount;

  @Column(name = "balance_after")
  private long balanceAfter;

  private @Nullable String reason;

  @Column(name = "written_by")
  private String writtenBy;

  @Column(name = "written_at")
  private Instant writtenAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected CreditEntry() {}

  CreditEntry(
      long keyId, Credits.Kind kind, long amount, long balanceAfter, Credits.Why why, Instant now) {
    this.keyId = keyId;
    this.kind = kind.word();
    this.amount = amount;
    this.balanceAfter = balanceAfter;
    reason = why.reason();
    writtenBy = why.by();
    writtenAt = now;
  }

  Credits.Entry shown() {
    return new Credits.Entry(id, kind, amount, balanceAfter, reason, writtenBy, writtenAt);
  }
}
