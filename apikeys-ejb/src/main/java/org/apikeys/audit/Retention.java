package org.apikeys.audit;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/** For how long each class of data is kept, for the whole installation. */
@Stateless
@RolesAllowed(ManagementScope.ORGS_MANAGE)
public class Retention {
  /** The class of audit records: they are purged by two people and never by themselves. */
  static final String AUDIT = "audit";

  /** The class of the details of calls. */
  public static final String USAGE = "usage";

  /** The class of what people were told. */
  public static final String NOTICES = "notices";

  private static final int MOST_YEARS = 100;

  @PersistenceContext EntityManager store;
  private final AuditLog log;
  private final Clock clock;

  @Inject
  public Retention(AuditLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Retention() {
    log = null;
    clock = null;
  }

  /** Periods by class. */
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public Map<String, String> read() {
    return periods();
  }

  /** Refuses what could not be changed to; what is wrong is named by its class alone. */
  public void check(Caller caller, RetentionOrder order) {
    requireOperator(caller);
    requireGood(periods(), order.classes(), "");
  }

  private static Map<String, String> requireGood(
      Map<String, String> known, @Nullable Map<String, String> wanted, String within) {
    if (wanted == null || wanted.isEmpty()) {
      throw ProblemException.invalid(within, "is required");
    }
    Map<String, String> good = new TreeMap<>();
    wanted.forEach(
        (name, text) -> {
          String field = within.isEmpty() ? name : within + "." + name;
          if (!known.containsKey(name)) {
            throw ProblemException.invalid(
                field, "is none of " + String.join(", ", known.keySet()));
          }
          good.put(name, period(field, text).toString());
        });
    return good;
  }

  /** Changes some. */
  public Map<String, String> change(Caller caller, RetentionOrder order) {
    requireOperator(caller);
    Map<String, String> before = periods();
    Map<String, String> wanted = requireGood(before, order.classes(), "classes");
    AuditEntry entry =
        AuditEntry.of(caller, Action.RETENTION_UPDATED).on("retention", "classes", "retention");
    for (Map.Entry<String, String> one : wanted.entrySet()) {
      String period = one.getValue();
      store
          .createNativeQuery("UPDATE retention SET period = ?1 WHERE data_class = ?2")
          .setParameter(1, period)
          .setParameter(2, one.getKey())
          .executeUpdate();
      entry = entry.changing(one.getKey(), before.get(one.getKey()), period);
    }
    log.record(entry);
    return periods();
  }

  /** Data of a class from before this instant need not be kept any longer. */
  @PermitAll
  public Instant cutoff(String dataClass) {
    Period period = Period.parse(String.valueOf(periods().get(dataClass)));
    return clock.instant().atOffset(ZoneOffset.UTC).minus(period).toInstant();
  }

  /**
   * The condition that no legal hold keeps a row, for statements that delete what {@link #cutoff}
   * lets go.
   *
   * @param organization the column with the row's organization; a hold of the default one keeps
   *     rows of all
   * @param time the column with the row's time, in milliseconds since 1970 UTC
   * @param subject the condition that the row is about the subject {@code h.subject}
   */
  public static String notHeld(String organization, String time, String subject) {
    return "NOT EXISTS (SELECT 1 FROM legal_hold h WHERE (h.organization_id = "
        + (Caller.DEFAULT_ORGANIZATION + " OR h.organization_id = " + organization + ")")
        + (" AND (h.from_time IS NULL OR h.from_time <= " + time + ")")
        + (" AND (h.to_time IS NULL OR h.to_time > " + time + ")")
        + (" AND (h.subject IS NULL OR " + subject + "))");
  }

  /** Only administrators of the default organization decide for the whole installation. */
  static void requireOperator(Caller caller) {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "This is for administrators of the default organization.");
    }
  }

  private static Period period(String field, @Nullable String text) {
    try {
      Period period = Period.parse(String.valueOf(text)).normalized();
      LocalDate day = LocalDate.EPOCH;
      if (!period.isNegative()
          && day.plus(period).isAfter(day)
          && !day.plus(period).isAfter(day.plusYears(MOST_YEARS))) {
        return period;
      }
    } catch (DateTimeException | ArithmeticException e) {
      // told below
    }
    throw ProblemException.invalid(field, "is an ISO 8601 period from P1D to P100Y, such as P90D");
  }

  @SuppressWarnings("unchecked")
  private Map<String, String> periods() {
    Map<String, String> periods = new TreeMap<>();
    List<Object[]> rows =
        store.createNativeQuery("SELECT data_class, period FROM retention").getResultList();
    rows.forEach(row -> periods.put((String) row[0], (String) row[1]));
    return periods;
  }
}
