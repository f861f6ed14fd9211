package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apikeys.report.Report.Section;
import org.jspecify.annotations.Nullable;

/** Who can do what: every key that was in force at the end of the month. */
@ApplicationScoped
class AccessReview {
  private static final Duration LONG_UNUSED = Duration.ofDays(90);

  private final ReportFacts facts;

  @Inject
  AccessReview(ReportFacts facts) {
    this.facts = facts;
  }

  @SuppressWarnings("NullAway")
  protected AccessReview() {
    facts = null;
  }

  String summary(ReportOrder order, Instant now) {
    Map<Long, ReportFacts.Key> keys = facts.keys(order.organizationId(), at(order, now));
    Map<Long, List<String>> attested = facts.attestations(order.organizationId());
    long unused = keys.values().stream().filter(key -> isUnused(key, now)).count();
    long without = keys.values().stream().filter(key -> key.expiresAt() == null).count();
    long missing = keys.keySet().stream().filter(id -> !attested.containsKey(id)).count();
    return keys.size()
        + (" keys, of which " + unused + " were not used for 90 days, ")
        + (without + " never expire and " + missing + " were attested in no campaign.");
  }

  private static long at(ReportOrder order, Instant now) {
    return Math.min(order.toMillis(), now.toEpochMilli() + 1);
  }

  private static boolean isUnused(ReportFacts.Key key, Instant now) {
    Instant since = key.lastUsedAt() == null ? key.createdAt() : key.lastUsedAt();
    return since.isBefore(now.minus(LONG_UNUSED));
  }

  Section section(ReportOrder order, Instant now) {
    Map<Long, List<String>> grants = facts.grants(order.organizationId());
    Map<Long, List<String>> approvals = facts.approvals(order.organizationId());
    Map<Long, List<String>> attested = facts.attestations(order.organizationId());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (ReportFacts.Key key : facts.keys(order.organizationId(), at(order, now)).values()) {
      rows.add(
          Report.row(
              key.keyId(),
              key.name(),
              key.owner(),
              key.type(),
              key.environment(),
              key.active(),
              grants.getOrDefault(key.id(), List.of()),
              key.createdBy(),
              key.createdAt(),
              key.expiresAt(),
              key.lastUsedAt(),
              isUnused(key, now),
              approvals.getOrDefault(key.id(), List.of()),
              attested.getOrDefault(key.id(), List.of())));
    }
    return Section.of(
        "Keys",
        "Every key that was not revoked at the end of the month (of this month: now), at most "
            + (ReportFacts.MOST_KEYS + ". Scopes, approvals and attestations are those of today;")
            + " what a key could do earlier is in its history.",
        List.of(
            "key_id",
            "name",
            "owner",
            "type",
            "environment",
            "is_active",
            "scopes",
            "created_by",
            "created_at",
            "expires_at",
            "last_used_at",
            "unused_90_days",
            "approved_by",
            "attested"),
        rows);
  }
}
