package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Shows records as they are numbered, to those who keep watching. Since a number is given together
 * with all before it, who goes on behind the last one that was seen misses none.
 */
@Stateless
@RolesAllowed(ManagementScope.AUDIT_READ)
public class LiveReader {
  /** How many records are taken at once, and so are the most in memory for one who watches. */
  static final int MOST = 100;

  private final AuditRecords records;
  private final LogStore numbers;
  private final RecordViews views;
  private final AuditLog log;

  @Inject
  public LiveReader(AuditRecords records, LogStore numbers, RecordViews views, AuditLog log) {
    this.records = records;
    this.numbers = numbers;
    this.views = views;
    this.log = log;
  }

  @SuppressWarnings("NullAway")
  public LiveReader() {
    records = null;
    numbers = null;
    views = null;
    log = null;
  }

  /**
   * The next records.
   *
   * @param events in the order of the log
   * @param seen the sequence up to which nothing is left to show
   */
  public record Batch(List<JsonNode> events, long seen) {
    public Batch {
      events = List.copyOf(events);
    }
  }

  /**
   * Begins to watch, which is recorded once.
   *
   * @param lastSeen the last sequence that the caller has; null: what is new from now on, or from
   *     the time that the filter begins at
   * @return the sequence behind which to go on
   */
  public long begin(Caller caller, EventFilter filter, @Nullable Long lastSeen) {
    long head = numbers.head().lastSequence();
    if (lastSeen != null && lastSeen > head) {
      throw ProblemException.invalid(
          "Last-Event-ID", "is beyond the last record of the log, which is " + head);
    }
    log.record(AuditEntry.of(caller, Action.AUDIT_LISTED).on("audit", "live", "live view"));
    if (lastSeen != null) {
      return lastSeen;
    }
    return filter.from() == null
        ? head
        : Math.min(head, numbers.firstSequenceFrom(filter.from()) - 1);
  }

  /** Behind which sequence only new records are. */
  @PermitAll
  public long headBySystem() {
    return numbers.head().lastSequence();
  }

  /** The next records for somebody who was let in by {@link #begin}. */
  @PermitAll
  public Batch nextBySystem(Caller caller, EventFilter filter, long after) {
    long head = numbers.head().lastSequence();
    if (head <= after) {
      return new Batch(List.of(), after);
    }
    Long organization =
        caller.organizationId() == Caller.DEFAULT_ORGANIZATION ? null : caller.organizationId();
    List<AuditRecord> found = records.findAfter(filter, organization, after, head, MOST);
    long seen = found.size() < MOST ? head : found.get(MOST - 1).sequence();
    return new Batch(views.shown(found), seen);
  }
}
