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

/** A notice in one person's inbox, until it is read and later forgotten. */
@Entity
@Table(name = "notice")
@NamedQuery(
    name = "InboxNotice.unread",
    query =
        "SELECT COUNT(n) FROM InboxNotice n WHERE n.organizationId = :organization"
            + " AND n.person = :person AND n.readAt IS NULL")
@NamedQuery(
    name = "InboxNotice.readAll",
    query =
        "UPDATE InboxNotice n SET n.readAt = :now WHERE n.organizationId = :organization"
            + " AND n.person = :person AND n.readAt IS NULL")
class InboxNotice {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "notice")
  @SequenceGenerator(name = "notice", sequenceName = "notice_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  @Column(name = "person_key")
  private String person;

  private String event;
  private String title;
  private String body;
  private @Nullable String link;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "read_at")
  private @Nullable Instant readAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected InboxNotice() {}

  @SuppressWarnings("NullAway.Init")
  InboxNotice(long organizationId, String person, String event, Words words, Instant now) {
    this.organizationId = organizationId;
    this.person = person;
    this.event = event;
    title = words.title();
    body = words.text();
    link = words.link();
    createdAt = now;
  }

  /** What it says. */
  record Words(String title, String text, @Nullable String link) {}

  void read(Instant now) {
    if (readAt == null) {
      readAt = now;
    }
  }

  boolean isOf(long organization, String personKey) {
    return organizationId == organization && person.equals(personKey);
  }

  Inbox.NoticeView view() {
    return new Inbox.NoticeView(id, event, title, body, link, readAt != null, createdAt, readAt);
  }
}
