package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.alert.ConcernInbox.Waiting;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.key.KeySafety;
import org.apikeys.tenant.SignInAttempts;
import org.jspecify.annotations.Nullable;

/** Makes alerts of concerns, each in a transaction with everything that it leads to. */
@Stateless
@PermitAll
public class AlertRaiser {
  private static final Duration KEPT = Duration.ofDays(400);

  @PersistenceContext EntityManager store;
  private final AlertStore alerts;
  private final Routing routing;
  private final Answers answers;
  private final KeySafety keys;
  private final AuditLog audit;
  private final Event<Notice> notices;
  private final Clock clock;

  @Inject
  public AlertRaiser(
      AlertStore alerts,
      Routing routing,
      Answers answers,
      KeySafety keys,
      AuditLog audit,
      Event<Notice> notices,
      Clock clock) {
    this.alerts = alerts;
    this.routing = routing;
    this.answers = answers;
    this.keys = keys;
    this.audit = audit;
    this.notices = notices;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public AlertRaiser() {
    alerts = null;
    routing = null;
    answers = null;
    keys = null;
    audit = null;
    notices = null;
    clock = null;
  }

  /** Takes concerns of one kind and subject, the oldest first: a new alert, or the open one's. */
  public void raise(List<Waiting> same) {
    String ids =
        same.stream()
            .map(waiting -> Long.toString(waiting.id()))
            .collect(Collectors.joining(", ", "(", ")"));
    int taken =
        store.createNativeQuery("DELETE FROM alert_concern WHERE id IN " + ids).executeUpdate();
    if (taken != same.size()) {
      throw new IllegalStateException("another node has taken these concerns");
    }
    Waiting last = same.get(same.size() - 1);
    Concern concern =
        mostSevere(same)
            .times(same.stream().mapToLong(waiting -> waiting.concern().occurrences()).sum());
    Alert open = alerts.unresolved(last.groupingKey()).orElse(null);
    if (open == null) {
      raise(concern, last.ruleId(), same.get(0).at());
    } else {
      open.again(concern, last.at());
    }
  }

  /** What an alert says is of its most severe occurrence; of several, of the last. */
  private static Concern mostSevere(List<Waiting> same) {
    return same.stream()
        .map(Waiting::concern)
        .reduce((one, next) -> next.severity().compareTo(one.severity()) >= 0 ? next : one)
        .orElseThrow();
  }

  private void raise(Concern concern, @Nullable Long ruleId, Instant first) {
    Route route = routing.of(concern, ruleId);
    Alert alert = new Alert(concern, ruleId, route.title(), first);
    alerts.add(alert);
    AuditEntry entry =
        about(alert, Action.ALERT_RAISED)
            .changing("kind", null, alert.kind().word())
            .changing("severity", null, alert.severity().word())
            .changing("key_id", null, alert.keyId() == null ? null : "key-" + alert.keyId());
    String whom = whom(alert);
    entry = whom == null ? entry.because(alert.detail()) : entry.becauseOf(whom, alert.detail());
    if (route.channels().contains(Route.WEBHOOK)) {
      audit.record(entry);
    } else {
      audit.recordUntold(entry);
    }
    tell(alert, route);
    if (answers.give(alert, route.answer())) {
      alert.answered(route.answer(), clock.instant());
      audit.record(
          about(alert, Action.ALERT_ANSWERED).changing("answer", null, route.answer().word()));
    }
  }

  /** Whom it tells of: whoever holds the key, or whose name was tried; null when nobody. */
  private @Nullable String whom(Alert alert) {
    Long key = alert.keyId();
    if (key != null) {
      return keys.holder(key).map(KeySafety.Holder::owner).orElse("key-" + key);
    }
    if (alert.kind() != AlertKind.SIGN_IN_LOCKED) {
      return null;
    }
    String subject = alert.subject();
    return subject.startsWith(SignInAttempts.OF_PERSON)
        ? subject.substring(SignInAttempts.OF_PERSON.length())
        : "anonymous";
  }

  private static AuditEntry about(Alert alert, Action action) {
    return AuditEntry.of(Caller.systemIn(alert.organizationId()), action)
        .on("alert", alert.id(), alert.title());
  }

  private void tell(Alert alert, Route route) {
    boolean console = route.channels().contains(Route.CONSOLE);
    boolean mail = route.channels().contains(Route.MAIL);
    if (!console && !mail) {
      return;
    }
    Optional<KeySafety.Holder> holder =
        alert.keyId() == null ? Optional.empty() : keys.holder(alert.keyId());
    notices.fire(
        new Notice(
            alert.organizationId(),
            "alert.raised",
            holder.map(found -> Set.of(found.owner())).orElse(Set.of()),
            Set.of("admin", "manager"),
            null,
            Map.of(
                "id", Long.toString(alert.id()),
                "title", alert.title(),
                "severity", alert.severity().word(),
                "detail", alert.detail()),
            "/api/v1/alerts/" + alert.id(),
            console,
            mail));
  }

  /** Forgets what was resolved long ago; the log of audit keeps that it was. */
  public void prune() {
    alerts.forget(clock.instant().minus(KEPT));
  }
}
