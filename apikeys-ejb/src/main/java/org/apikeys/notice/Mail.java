package org.apikeys.notice;

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

/** A mail that is to be sent; gone once it is. One that can't be sent stays, without a due time. */
@Entity
@Table(name = "mail")
@NamedQuery(
    name = "Mail.due",
    query = "SELECT m FROM Mail m WHERE m.dueAt <= :now ORDER BY m.dueAt")
@NamedQuery(
    name = "Mail.forget",
    query = "DELETE FROM Mail m WHERE m.dueAt IS NULL AND m.createdAt < :before")
class Mail {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "mail")
  @SequenceGenerator(name = "mail", sequenceName = "mail_id_seq", allocationSize = 1)
  private long id;

  private String recipient;
  private String title;
  private String body;
  private int attempts;

  @Column(name = "due_at")
  private @Nullable Instant dueAt;

  @Column(name = "created_at")
  private Instant createdAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Mail() {}

  @SuppressWarnings("NullAway.Init")
  Mail(String recipient, String title, String body, Instant now) {
    this.recipient = recipient;
    this.title = title;
    this.body = body;
    dueAt = now;
    createdAt = now;
  }

  void failed(Instant now) {
    dueAt = Backoff.next(attempts, now).orElse(null);
    attempts++;
  }

  long id() {
    return id;
  }

  String recipient() {
    return recipient;
  }

  String title() {
    return title;
  }

  String body() {
    return body;
  }

  Instant createdAt() {
    return createdAt;
  }
}
