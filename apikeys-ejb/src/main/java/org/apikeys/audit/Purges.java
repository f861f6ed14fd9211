package org.apikeys.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/**
 * Takes old records out of the log: only from its beginning, never what retention or a hold keeps,
 * with two people, and not before they are archived in a signed file.
 */
@Stateless
@RolesAllowed(ManagementScope.ORGS_MANAGE)
public class Purges {
  private static final int LONGEST_REASON = 500;

  @PersistenceContext EntityManager store;
  private final Retention retention;
  private final LegalHolds holds;
  private final LogStore records;
  private final SegmentArchive archive;
  private final AuditLog log;
  private final PeopleBehind people;
  private final Clock clock;

  @Inject
  public Purges(
      Retention retention,
      LegalHolds holds,
      LogStore records,
      SegmentArchive archive,
      AuditLog log,
      PeopleBehind people,
      Clock clock) {
    this.retention = retention;
    this.holds = holds;
    this.records = records;
    this.archive = archive;
    this.log = log;
    this.people = people;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Purges() {
    retention = null;
    holds = null;
    records = null;
    archive = null;
    log = null;
    people = null;
    clock = null;
  }

  /**
   * What would go.
   *
   * @param before what was asked for
   * @param effectiveBefore what retention lets go of that
   * @param records how many
   * @param firstSequence null when none goes
   * @param holds what stands in the way
   */
  public record Plan(
      boolean dryRun,
      Instant before,
      Instant effectiveBefore,
      long records,
      @Nullable Long firstSequence,
      @Nullable Long lastSequence,
      List<HoldView> holds) {
    public Plan {
      holds = List.copyOf(holds);
    }
  }

  /** Says what would go, and changes nothing but the log, which says that somebody asked. */
  public Plan plan(Caller caller, Instant before) {
    Retention.requireOperator(caller);
    log.record(
        AuditEntry.of(caller, Action.AUDIT_PURGED)
            .on("audit", "dry-run", "before " + before)
            .because("dry run: nothing was deleted"));
    return plan(before);
  }

  private Plan plan(Instant before) {
    Instant kept = retention.cutoff(Retention.AUDIT);
    Instant effective = before.isBefore(kept) ? before : kept;
    long first = records.firstSequence();
    long last = records.lastSequenceBefore(effective);
    boolean some = first > 0 && last >= first;
    return new Plan(
        true,
        before,
        effective,
        some ? last - first + 1 : 0,
        some ? first : null,
        some ? last : null,
        blocking(before).stream().map(LegalHold::view).toList());
  }

  /** A hold over one subject keeps what is before it, too: the log is purged from its beginning. */
  private List<LegalHold> blocking(Instant before) {
    return holds.all().stream().filter(hold -> hold.holdsBefore(before)).toList();
  }

  /** Asks for a purge; a second person has to approve it. */
  public PurgeView request(Caller caller, Instant before) {
    Retention.requireOperator(caller);
    requireNoHold(before);
    AuditPurge purge = new AuditPurge(caller, people.behind(caller), before, clock.instant());
    store.persist(purge);
    store.flush();
    log.record(
        AuditEntry.of(caller, Action.REQUEST_SUBMITTED)
            .on("purge", purge.id(), "before " + before));
    return purge.view(clock.instant());
  }

  public PurgeView read(Caller caller, long id) {
    Retention.requireOperator(caller);
    return found(store.find(AuditPurge.class, id)).view(clock.instant());
  }

  /** Approves it: the records are archived, and go. */
  public PurgeView approve(Caller caller, long id) {
    Retention.requireOperator(caller);
    AuditPurge purge = toDecide(id);
    purge.approve(caller, people.behind(caller), clock.instant());
    requireNoHold(purge.before());
    Plan plan = plan(purge.before());
    Long first = plan.firstSequence();
    Long last = plan.lastSequence();
    if (first != null && last != null) {
      purge.purged(first, last, archive.write(caller, first, last));
      records.deleteThrough(last);
    }
    log.record(
        AuditEntry.of(caller, Action.AUDIT_PURGED)
            .on("purge", id, first == null ? "nothing" : first + " to " + last)
            .because("before " + plan.effectiveBefore()));
    return purge.view(clock.instant());
  }

  /** Refuses it, as a second person. */
  public PurgeView reject(Caller caller, long id, @Nullable String why) {
    Retention.requireOperator(caller);
    if (why == null || why.isBlank() || why.length() > LONGEST_REASON) {
      throw ProblemException.invalid(
          "reason", "is required and has at most " + LONGEST_REASON + " characters");
    }
    AuditPurge purge = toDecide(id);
    purge.reject(caller, people.behind(caller), why, clock.instant());
    log.record(
        AuditEntry.of(caller, Action.REQUEST_REJECTED)
            .on("purge", id, "before " + purge.before())
            .because(why));
    return purge.view(clock.instant());
  }

  /** Withdraws it. */
  public PurgeView cancel(Caller caller, long id) {
    Retention.requireOperator(caller);
    AuditPurge purge = toDecide(id);
    purge.cancel(caller, clock.instant());
    log.record(
        AuditEntry.of(caller, Action.REQUEST_CANCELLED)
            .on("purge", id, "before " + purge.before()));
    return purge.view(clock.instant());
  }

  /** Those that were asked for, the newest first. */
  public Page<PurgeView> list(Caller caller, int page, int size) {
    Retention.requireOperator(caller);
    Instant now = clock.instant();
    List<PurgeView> found =
        store
            .createNamedQuery("AuditPurge.all", AuditPurge.class)
            .setFirstResult((page - 1) * size)
            .setMaxResults(size)
            .getResultStream()
            .map(purge -> purge.view(now))
            .toList();
    return new Page<>(
        found, store.createNamedQuery("AuditPurge.count", Long.class).getSingleResult());
  }

  private AuditPurge toDecide(long id) {
    return found(store.find(AuditPurge.class, id, LockModeType.PESSIMISTIC_WRITE));
  }

  private void requireNoHold(Instant before) {
    for (LegalHold hold : blocking(before)) {
      throw new ProblemException(
          ProblemType.LEGAL_HOLD,
          "The legal hold "
              + (hold.id() + " (" + hold.name() + ") keeps records that would go,")
              + " until it is lifted.");
    }
  }

  private static AuditPurge found(@Nullable AuditPurge purge) {
    if (purge == null) {
      throw ProblemException.notFound("purge");
    }
    return purge;
  }
}
