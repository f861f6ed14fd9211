package org.apikeys.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Legal holds: administrators set and lift them, auditors see them. */
@Stateless
@RolesAllowed(ManagementScope.USERS_MANAGE)
public class Holds {
  private final LegalHolds holds;
  private final AuditRecords records;
  private final PersonNumbers numbers;
  private final AuditLog log;
  private final Check check;
  private final Clock clock;

  @Inject
  public Holds(
      LegalHolds holds,
      AuditRecords records,
      PersonNumbers numbers,
      AuditLog log,
      Check check,
      Clock clock) {
    this.holds = holds;
    this.records = records;
    this.numbers = numbers;
    this.log = log;
    this.check = check;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Holds() {
    holds = null;
    records = null;
    numbers = null;
    log = null;
    check = null;
    clock = null;
  }

  @RolesAllowed(ManagementScope.AUDIT_READ)
  public Page<HoldView> list(Caller caller, int page, int size) {
    return holds.find(caller, page, size);
  }

  @RolesAllowed(ManagementScope.AUDIT_READ)
  public HoldView read(Caller caller, long id) {
    return visible(caller, id).view();
  }

  public HoldView set(Caller caller, HoldOrder order) {
    check.valid(order);
    if (order.from() != null && order.to() != null && !order.from().isBefore(order.to())) {
      throw ProblemException.invalid("to", "is not after from");
    }
    LegalHold hold =
        new LegalHold(caller, order.about(subject(caller, order.subject())), clock.instant());
    holds.add(hold);
    log.record(
        AuditEntry.of(caller, Action.HOLD_CREATED)
            .on("hold", hold.id(), hold.name())
            .because(order.reason())
            .changing("subject", null, hold.subject())
            .changing("from", null, hold.from())
            .changing("to", null, hold.to()));
    return hold.view();
  }

  /** Whose records are held, as in {@code actor.id}, whichever way they are named. */
  private @Nullable String subject(Caller caller, @Nullable String wanted) {
    if (wanted == null) {
      return null;
    }
    String subject = numbers.numberOf(wanted).map(number -> "user-" + number).orElse(wanted);
    Long organization =
        caller.organizationId() == Caller.DEFAULT_ORGANIZATION ? null : caller.organizationId();
    Selection about = Selection.about(subject);
    // somebody of whom there is no record yet stays as written: a hold may come before them
    return records.count(about, organization, Long.MAX_VALUE) == 0 ? wanted : subject;
  }

  /** Lifts a hold. */
  public void lift(Caller caller, long id) {
    LegalHold hold = visible(caller, id);
    holds.remove(hold);
    log.record(
        AuditEntry.of(caller, Action.HOLD_DELETED)
            .on("hold", id, hold.name())
            .changing("subject", hold.subject(), null)
            .changing("from", hold.from(), null)
            .changing("to", hold.to(), null));
  }

  private LegalHold visible(Caller caller, long id) {
    return holds
        .byId(id)
        .filter(hold -> hold.isVisibleTo(caller))
        .orElseThrow(() -> ProblemException.notFound("hold"));
  }
}
