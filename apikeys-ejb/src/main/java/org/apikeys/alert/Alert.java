package org.apikeys.alert;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Something that people should look at. Raised by the first concern of its kind and subject, it
 * counts the further ones while it is open or acknowledged; once it is resolved the next one raises
 * another.
 */
@Entity
@Table(name = "alert")
@NamedQuery(
    name = "Alert.unresolved",
    query = "SELECT a FROM Alert a WHERE a.groupingKey = :groupingKey")
@NamedQuery(name = "Alert.newest", query = "SELECT COALESCE(MAX(a.id), 0) FROM Alert a")
@NamedQuery(name = "Alert.after", query = "SELECT a FROM Alert a WHERE a.id > :id ORDER BY a.id")
@NamedQuery(
    name = "Alert.counts",
    query =
        "SELECT a.status, a.severity, COUNT(a) FROM Alert a"
            + " WHERE a.organizationId = :organization GROUP BY a.status, a.severity")
@NamedQuery(
    name = "Alert.forget",
    query = "DELETE FROM Alert a WHERE a.status = 'resolved' AND a.resolvedAt < :before")
class Alert {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "alert")
  @SequenceGenerator(name = "alert", sequenceName = "alert_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  private String kind;
  private String severity;
  private String status = AlertStatus.OPEN.word();
  private String subject;

  @Column(name = "grouping_key")
  private @Nullable String groupingKey;

  private String title;
  private String detail;
  private @Nullable Integer score;
  private String reasons;

  @Column(name = "api_key_id")
  private @Nullable Long keyId;

  @Column(name = "rule_id")
  private @Nullable Long ruleId;

  private long occurrences;

  @Column(name = "first_seen")
  private Instant firstSeen;

  @Column(name = "last_seen")
  private Instant lastSeen;

  @Column(name = "acknowledged_by")
  private @Nullable String acknowledgedBy;

  @Column(name = "acknowledged_at")
  private @Nullable Instant acknowledgedAt;

  @Column(name = "resolved_by")
  private @Nullable String resolvedBy;

  @Column(name = "resolved_at")
  private @Nullable Instant resolvedAt;

  private @Nullable String remark;
  private String answer = Answer.NONE.word();

  @Column(name = "answered_at")
  private @Nullable Instant answeredAt;

  @Column(name = "answer_undone")
  private boolean answerUndone;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected Alert() {}

  /** Raises it. */
  @SuppressWarnings("NullAway.Init")
  Alert(Concern concern, @Nullable Long ruleId, String title, Instant at) {
    organizationId = concern.organizationId();
    kind = concern.kind().word();
    severity = concern.severity().word();
    subject = concern.subject();
    groupingKey = groupingKey(concern, ruleId);
    this.title = title;
    keyId = concern.keyId();
    this.ruleId = ruleId;
    firstSeen = at;
    lastSeen = at;
    say(concern);
    occurrences = concern.occurrences();
  }

  /** What concerns have in common that are one alert. */
  static String groupingKey(Concern concern, @Nullable Long ruleId) {
    return groupingKey(concern.organizationId(), concern.kind().word(), ruleId, concern.subject());
  }

  private static String groupingKey(
      long organization, String kind, @Nullable Long ruleId, String subject) {
    return organization + "|" + kind + "|" + (ruleId == null ? "" : ruleId) + "|" + subject;
  }

  /** What it is grouped by while it is not resolved. */
  String groupingKey() {
    return groupingKey(organizationId, kind, ruleId, subject);
  }

  /**
   * It happened again; what is more severe counts from now on. What is less severe is counted, and
   * leaves what is said: a leaked key that is reported once more had ended, but by that leak.
   */
  void again(Concern concern, Instant at) {
    occurrences += concern.occurrences();
    lastSeen = at.isBefore(lastSeen) ? lastSeen : at;
    if (concern.severity().compareTo(severity()) >= 0) {
      severity = concern.severity().word();
      say(concern);
    }
  }

  private void say(Concern concern) {
    detail = concern.detail();
    score = concern.score();
    String lines = String.join("\n", concern.reasons());
    reasons = lines.length() <= 2000 ? lines : lines.substring(0, 1999) + "…";
  }

  void acknowledge(String by, @Nullable String comment, Instant at) {
    become(AlertStatus.ACKNOWLEDGED);
    acknowledgedBy = by;
    acknowledgedAt = at;
    remark = comment == null ? remark : comment;
  }

  void resolve(String by, @Nullable String comment, Instant at) {
    become(AlertStatus.RESOLVED);
    groupingKey = null;
    resolvedBy = by;
    resolvedAt = at;
    remark = comment == null ? remark : comment;
  }

  /** Opens it again, as the one that counts further occurrences. */
  void reopen(@Nullable String comment) {
    become(AlertStatus.OPEN);
    groupingKey = groupingKey();
    acknowledgedBy = null;
    acknowledgedAt = null;
    resolvedBy = null;
    resolvedAt = null;
    remark = comment == null ? remark : comment;
  }

  private void become(AlertStatus next) {
    AlertStatus present = status();
    if (!present.mayBecome(next)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The alert is " + present.word() + ", and can't become " + next.word() + ".");
    }
    status = next.word();
  }

  /** Notes what the system itself did. */
  void answered(Answer with, Instant at) {
    answer = with.word();
    answeredAt = at;
    answerUndone = false;
  }

  /** Notes that it was taken back. */
  void answerUndone() {
    if (answer() == Answer.NONE || answerUndone) {
      throw new ProblemException(
          ProblemType.CONFLICT, "Nothing was done about this alert that could be taken back.");
    }
    answerUndone = true;
  }

  Answer answer() {
    return Answer.valueOf(answer.toUpperCase(Locale.ROOT));
  }

  boolean isAnswered() {
    return answer() != Answer.NONE && !answerUndone;
  }

  AlertStatus status() {
    return AlertStatus.valueOf(status.toUpperCase(Locale.ROOT));
  }

  Instant firstSeen() {
    return firstSeen;
  }

  AlertKind kind() {
    return AlertKind.valueOf(kind.toUpperCase(Locale.ROOT));
  }

  Severity severity() {
    return Severity.valueOf(severity.toUpperCase(Locale.ROOT));
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  String subject() {
    return subject;
  }

  @Nullable Long keyId() {
    return keyId;
  }

  @Nullable Long ruleId() {
    return ruleId;
  }

  long version() {
    return version;
  }

  AlertView view() {
    return new AlertView(
        id,
        kind,
        severity,
        status,
        title,
        detail,
        subject,
        keyId == null ? null : "key-" + keyId,
        ruleId,
        score,
        reasons.isEmpty() ? List.of() : List.of(reasons.split("\n", -1)),
        occurrences,
        firstSeen,
        lastSeen,
        acknowledgedBy,
        acknowledgedAt,
        resolvedBy,
        resolvedAt,
        remark,
        answer,
        answeredAt,
        answerUndone,
        version);
  }
}
