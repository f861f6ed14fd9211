package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apikeys.alert.RuleDefinition.Scope;
import org.apikeys.alert.RuleDefinition.Threshold;
import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/** Takes the figures of threshold rules from what calls were summed up to. */
@Stateless
@PermitAll
public class RuleFigures {
  /** Stands for the organization as a whole where a figure is not about a key. */
  static final long ORGANIZATION = 0;

  private static final Duration BY_MINUTE = Duration.ofHours(6);
  private static final int QUARTER = 15;
  private static final long MINUTE = 60_000;
  private static final BigDecimal HUNDRED = new BigDecimal(100);
  private static final BigDecimal MICROS = new BigDecimal(1_000_000);

  @PersistenceContext EntityManager store;

  /** Sums of a subject from which a figure is made. */
  private record Sums(long requests, long denied, long errors, long timed, long micros) {}

  /**
   * The figures of a rule in the window that ends at an instant, by key; under {@link
   * #ORGANIZATION} where the rule looks at the organization as a whole. Where too few calls were
   * made for a rate, there is none.
   */
  public Map<Long, BigDecimal> of(long organization, RuleDefinition rule, long endMillis) {
    Threshold threshold = Objects.requireNonNull(rule.threshold());
    if ("credits".equals(threshold.metric())) {
      return credits(organization, rule.scope(), endMillis);
    }
    Map<Long, BigDecimal> figures = new TreeMap<>();
    sums(organization, rule.scope(), threshold, endMillis)
        .forEach(
            (subject, sums) -> {
              BigDecimal figure = figure(threshold, sums);
              if (figure != null) {
                figures.put(subject, figure);
              }
            });
    return figures;
  }

  private static @Nullable BigDecimal figure(Threshold threshold, Sums sums) {
    int least = Objects.requireNonNull(threshold.minRequests());
    return switch (String.valueOf(threshold.metric())) {
      case "requests", "throttles" -> BigDecimal.valueOf(sums.requests());
      case "denials" ->
          BigDecimal.valueOf(threshold.code() == null ? sums.denied() : sums.requests());
      case "error_rate" ->
          sums.requests() < least
              ? null
              : HUNDRED
                  .multiply(BigDecimal.valueOf(sums.errors()))
                  .divide(BigDecimal.valueOf(sums.requests()), MathContext.DECIMAL32);
      case "response_time" ->
          sums.timed() < least
              ? null
              : BigDecimal.valueOf(sums.micros())
                  .divide(BigDecimal.valueOf(sums.timed()), MathContext.DECIMAL64)
                  .divide(MICROS, MathContext.DECIMAL32);
      default -> null;
    };
  }

  /** The time between two sums that the figures of a threshold are made of, in milliseconds. */
  static long grain(Threshold threshold) {
    return (threshold.length().compareTo(BY_MINUTE) <= 0 ? 1 : QUARTER) * MINUTE;
  }

  private Map<Long, Sums> sums(
      long organization, @Nullable Scope scope, Threshold threshold, long endMillis) {
    boolean perKey = threshold.isPerKey();
    String owner = scope == null ? null : scope.owner();
    Long key = scope == null ? null : scope.keyNumber();
    long step = grain(threshold);
    int grain = (int) (step / MINUTE);
    long from = Math.floorDiv(endMillis - threshold.length().toMillis(), step) * step;
    List<Object> values = new ArrayList<>(List.of(grain, from, endMillis));
    StringBuilder where =
        new StringBuilder(" WHERE r.grain = ?1 AND r.bucket >= ?2 AND r.bucket < ?3");
    if (key != null) {
      where.append(" AND r.subject = ").append(key);
    } else if (perKey || owner != null) {
      where.append(" AND r.subject > 0 AND r.organization_id = ").append(organization);
    } else {
      where.append(" AND r.subject = ").append(-organization);
    }
    if (owner != null) {
      values.add(owner);
      where.append(" AND k.owner = ?").append(values.size());
    }
    where.append(kinds(threshold));
    String subject = perKey ? "r.subject" : Long.toString(ORGANIZATION);
    Query query =
        store.createNativeQuery(
            "SELECT "
                + subject
                + ", SUM(r.requests), SUM(r.denied), SUM(r.errors), SUM(r.timed),"
                + " SUM(CAST(r.response_micros AS DOUBLE PRECISION)) FROM usage_rollup r"
                + (owner == null ? "" : " JOIN api_key k ON k.id = r.subject")
                + where
                + (perKey ? " GROUP BY r.subject" : ""));
    for (int i = 0; i < values.size(); i++) {
      query.setParameter(i + 1, values.get(i));
    }
    Map<Long, Sums> sums = new TreeMap<>();
    for (Object found : query.getResultList()) {
      Object[] row = (Object[]) found;
      sums.put(
          number(row[0]),
          new Sums(number(row[1]), number(row[2]), number(row[3]), number(row[4]), number(row[5])));
    }
    if (key != null) {
      // a key without a call has made none
      sums.putIfAbsent(key, new Sums(0, 0, 0, 0, 0));
    }
    return sums;
  }

  private static String kinds(Threshold threshold) {
    if ("throttles".equals(threshold.metric())) {
      String codes =
          DenialKind.THROTTLE.codes().stream()
              .map(code -> "'" + code.name() + "'")
              .collect(Collectors.joining(", "));
      return " AND r.kind = 'code' AND r.item IN (" + codes + ")";
    }
    if (threshold.code() != null) {
      return " AND r.kind = 'code' AND r.item = '"
          + DecisionCode.valueOf(threshold.code()).name()
          + "'";
    }
    return " AND r.kind = 'all'";
  }

  /** Balances as the next call would find them: a refill that is due counts. */
  private Map<Long, BigDecimal> credits(long organization, @Nullable Scope scope, long atMillis) {
    String owner = scope == null ? null : scope.owner();
    Long key = scope == null ? null : scope.keyNumber();
    Query query =
        store
            .createNativeQuery(
                "SELECT k.id, CASE WHEN a.next_refill_at <= ?1 AND a.refill_amount > a.balance"
                    + " THEN a.refill_amount ELSE a.balance END"
                    + " FROM api_key k JOIN credit_account a ON a.api_key_id = k.id"
                    + " WHERE k.organization_id = ?2 AND k.revoked_at IS NULL"
                    + (owner == null ? "" : " AND k.owner = ?3")
                    + (key == null ? "" : " AND k.id = " + key))
            .setParameter(1, atMillis)
            .setParameter(2, organization);
    if (owner != null) {
      query.setParameter(3, owner);
    }
    Map<Long, BigDecimal> balances = new TreeMap<>();
    for (Object found : query.getResultList()) {
      Object[] row = (Object[]) found;
      balances.put(number(row[0]), BigDecimal.valueOf(number(row[1])));
    }
    return balances;
  }

  private static long number(@Nullable Object column) {
    return column == null ? 0 : ((Number) column).longValue();
  }
}
