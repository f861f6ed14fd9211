package org.apikeys.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import java.util.List;
import org.apikeys.limit.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * What keys get whose creators name no limit, and the most that may be had.
 *
 * @param types key types that it is about; all when absent
 * @param organizations numbers of the organizations that it is about; all when absent
 * @param rateLimits for who names no limit
 * @param most the bound; what a creator leaves open is as much as it allows
 * @param approvals how many people must agree to more than {@code most}; refused when absent
 * @param roles roles of these people; {@code manager} and {@code admin} when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LimitRule(
    String name,
    @Nullable String description,
    @Nullable List<String> types,
    @Nullable List<Long> organizations,
    @Nullable @Valid RateLimits rateLimits,
    @Nullable @Valid RateLimits most,
    @Nullable Integer approvals,
    @Nullable List<String> roles) {
  private static final int MOST_APPROVALS = 10;
  private static final List<String> APPROVERS = List.of("manager", "admin");

  public LimitRule {
    require(
        name != null && name.matches("[a-z0-9][a-z0-9-]{0,49}"),
        "name is 1 to 50 lower-case letters, digits and hyphens");
    types = types == null ? null : List.copyOf(types);
    require(
        types == null || types.stream().allMatch(one -> one.matches("[a-z0-9][a-z0-9-]{0,49}")),
        "types are names of key types");
    organizations = organizations == null ? null : List.copyOf(organizations);
    require(rateLimits != null || most != null, "a rule has rate_limits, most or both");
    require(
        (rateLimits == null || !rateLimits.hasNoLimit()) && (most == null || !most.hasNoLimit()),
        "no rule says that there is no limit");
    require(most == null || most.limitsAnything(), "most limits something");
    require(most == null || most.missing() == null, "most.burst has a max_burst");
    require(
        rateLimits == null || rateLimits.missing() == null, "rate_limits.burst has a max_burst");
    require(
        approvals == null || (most != null && approvals >= 1 && approvals <= MOST_APPROVALS),
        "approvals is 1 to 10, and stands beside most");
    require(roles == null || approvals != null, "roles stand beside approvals");
    roles = approvals == null ? null : roles == null ? APPROVERS : List.copyOf(roles);
    require(
        roles == null || (!roles.isEmpty() && APPROVERS.containsAll(roles)),
        "roles are of manager, admin");
    if (most != null && rateLimits != null) {
      List<String> wrong =
          rateLimits.complete().filledFrom(most).beyond(most).stream()
              .map(one -> one.field() + " " + one.message())
              .toList();
      require(wrong.isEmpty(), "the default is more than most: " + String.join(", ", wrong));
    }
  }

  private static void require(boolean kept, String rule) {
    if (!kept) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** Whether it names the keys that it is about. */
  boolean isSpecific() {
    return types != null || organizations != null;
  }

  boolean isAbout(String type, long organization) {
    return (types == null || types.contains(type)) && isAbout(organization);
  }

  boolean isAbout(long organization) {
    return organizations == null || organizations.contains(organization);
  }

  /** As the people of one organization may see it. */
  LimitRule seenBy(long organization) {
    return organizations == null
        ? this
        : new LimitRule(
            name, description, types, List.of(organization), rateLimits, most, approvals, roles);
  }
}
