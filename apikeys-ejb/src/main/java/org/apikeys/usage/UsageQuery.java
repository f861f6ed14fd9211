package org.apikeys.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to know of usage. Whoever makes it has looked which keys they may see.
 *
 * @param organizationId whose usage
 * @param keys only of these keys; null for all of the organization
 * @param everyOrganization of every organization instead, for those who manage them
 * @param ranking in which order groups come, and which of them were on the pages before
 * @param size how many groups are wanted
 */
public record UsageQuery(
    long organizationId,
    @Nullable List<Long> keys,
    boolean everyOrganization,
    Periods periods,
    GroupBy groupBy,
    Ranking ranking,
    int size) {
  public UsageQuery {
    keys = keys == null ? null : List.copyOf(keys);
  }

  /** All of an organization, in one series. */
  public static UsageQuery of(long organizationId, Periods periods) {
    return new UsageQuery(organizationId, null, false, periods, GroupBy.NONE, Ranking.LIVE, 1);
  }

  /** The same of other keys. */
  public UsageQuery ofKeys(List<Long> others) {
    return new UsageQuery(
        organizationId, others, everyOrganization, periods, groupBy, ranking, size);
  }

  /** The same of every organization. */
  public UsageQuery ofEveryOrganization() {
    return new UsageQuery(organizationId, null, true, periods, groupBy, ranking, size);
  }

  /** The same, told apart. */
  public UsageQuery by(GroupBy other, int groups) {
    return new UsageQuery(
        organizationId, keys, everyOrganization, periods, other, Ranking.LIVE, groups);
  }

  UsageQuery in(Periods others) {
    return new UsageQuery(
        organizationId, keys, everyOrganization, others, GroupBy.NONE, ranking, size);
  }
}
