package org.apikeys.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.permission.Scope;
import org.apikeys.tenant.PersonOrder;
import org.jspecify.annotations.Nullable;

/**
 * Policies as an operator writes them. The first policy whose conditions hold decides; every
 * addition whose conditions hold then asks for more, unless the policy says that it is complete.
 * What no policy speaks of is refused.
 *
 * @param policies in the order in which they are tried
 * @param additions what is asked for beside the policy
 */
public record PolicyDocument(List<Policy> policies, @Nullable List<Addition> additions) {
  private static final int MOST = 100;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_DESCRIPTION = 500;
  private static final int MOST_APPROVALS = 10;
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final Set<String> ENVIRONMENTS = Set.of("production", "staging", "development");
  private static final Set<String> RISKS = Set.of("low", "medium", "high");

  static final Duration LIFE = Duration.ofDays(7);
  static final Duration REMINDED = Duration.ofDays(1);
  static final Duration ESCALATED = Duration.ofDays(3);

  public PolicyDocument {
    require(policies != null && !policies.isEmpty(), "policies names at least one policy");
    require(policies.size() <= MOST, "policies has at most 100 entries");
    policies = List.copyOf(policies);
    additions = additions == null ? List.of() : List.copyOf(additions);
    require(additions.size() <= MOST, "additions has at most 100 entries");
    Set<String> names = new HashSet<>();
    policies.forEach(one -> require(names.add(one.name()), one.name() + " is named twice"));
    additions.forEach(one -> require(names.add(one.name()), one.name() + " is named twice"));
    List<Stage> always =
        additions.stream()
            .filter(one -> When.ALWAYS.equals(one.when()))
            .map(Addition::stage)
            .toList();
    for (Policy policy : policies) {
      if (!policy.complete()) {
        List<Stage> all = new ArrayList<>(Objects.requireNonNull(policy.stages()));
        all.addAll(always);
        require(
            EnoughPeople.areIn(all),
            policy.name()
                + " and the additions that always hold name too few people: one person counts"
                + " once in a request, in all of its stages");
      }
    }
  }

  /** Whether a policy or addition names this kind of request. */
  boolean speaksOf(RequestKind kind) {
    Stream<@Nullable When> all =
        Stream.concat(
            policies.stream().map(Policy::when),
            Objects.requireNonNull(additions).stream().map(Addition::when));
    return all.map(when -> Objects.requireNonNull(when).kinds())
        .anyMatch(kinds -> kinds != null && kinds.contains(kind.word()));
  }

  private static void require(boolean kept, String rule) {
    if (!kept) {
      throw new IllegalArgumentException(rule);
    }
  }

  private static String named(@Nullable String name, @Nullable String description) {
    require(
        name != null && name.matches("[a-z0-9][a-z0-9-]{0," + (LONGEST_NAME - 1) + "}"),
        "name is 1 to 100 lower-case letters, digits and hyphens");
    require(
        description == null || description.length() <= LONGEST_DESCRIPTION,
        "description has at most 500 characters");
    return Objects.requireNonNull(name);
  }

  private static @Nullable Duration time(String field, @Nullable Duration time) {
    require(
        time == null || (!time.isNegative() && !time.isZero() && time.compareTo(LONGEST) <= 0),
        field + " is a duration above zero, at most P366D");
    return time;
  }

  /**
   * A policy.
   *
   * @param when what must hold for it to be the one
   * @param automatic whether it approves by itself
   * @param complete whether no addition is asked for beside it
   * @param stages who must agree, one stage after the other
   * @param lives how long a request waits; a week when absent
   * @param claimWithin how long an approved key waits for its claim; a week when absent
   * @param remindAfter when approvers are reminded, and again after as long; a day when absent
   * @param escalateAfter when it is told to others; three days when absent
   * @param escalateTo role that it is told to; {@code admin} when absent
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Policy(
      String name,
      @Nullable String description,
      @Nullable When when,
      boolean automatic,
      boolean complete,
      @Nullable List<Stage> stages,
      @Nullable Duration lives,
      @Nullable Duration claimWithin,
      @Nullable Duration remindAfter,
      @Nullable Duration escalateAfter,
      @Nullable String escalateTo) {
    public Policy {
      name = named(name, description);
      when = when == null ? When.ALWAYS : when;
      stages = stages == null ? List.of() : List.copyOf(stages);
      require(stages.size() <= MOST_APPROVALS, "stages has at most 10 entries");
      require(automatic == stages.isEmpty(), "a policy is either automatic: true or has stages");
      require(
          EnoughPeople.areIn(stages),
          "stages name too few people: one person counts once in a request, in all of its stages");
      lives = time("lives", lives);
      claimWithin = time("claim_within", claimWithin);
      remindAfter = time("remind_after", remindAfter);
      escalateAfter = time("escalate_after", escalateAfter);
      require(
          escalateTo == null || Stage.ROLES.contains(escalateTo),
          "escalate_to is a role that may approve: manager or admin");
    }
  }

  /**
   * What is asked for beside a policy: so many approvals more.
   *
   * @param severalAtOnce as of a {@link Stage}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Addition(
      String name,
      @Nullable String description,
      @Nullable When when,
      int approvals,
      @Nullable List<String> roles,
      @Nullable List<String> people,
      @Nullable List<String> groups,
      boolean severalAtOnce) {
    public Addition {
      name = named(name, description);
      when = when == null ? When.ALWAYS : when;
      Stage stage = new Stage(approvals, roles, people, groups, severalAtOnce);
      groups = stage.groups();
      roles = stage.roles();
      people = stage.people();
    }

    Stage stage() {
      return new Stage(approvals, roles, people, groups, severalAtOnce);
    }
  }

  /**
   * So many approvals of people with one of the roles, in one of the groups, or of these people.
   * Who approves holds {@code requests:approve} besides.
   *
   * @param approvals how many different people
   * @param roles {@code manager}, {@code admin}
   * @param people user names
   * @param groups named groups of the directory, looked up at the decision
   * @param severalAtOnce whether people may decide about it together with others, from a list
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Stage(
      int approvals,
      @Nullable List<String> roles,
      @Nullable List<String> people,
      @Nullable List<String> groups,
      boolean severalAtOnce) {
    /** The roles that hold {@code requests:approve}. */
    static final List<String> ROLES = List.of("manager", "admin");

    public Stage {
      require(
          approvals >= 1 && approvals <= MOST_APPROVALS, "approvals is a whole number, 1 to 10");
      roles = roles == null ? List.of() : List.copyOf(roles);
      people = people == null ? List.of() : List.copyOf(people);
      groups = groups == null ? List.of() : List.copyOf(groups);
      require(ROLES.containsAll(roles), "roles names roles that may approve: manager, admin");
      require(
          !roles.isEmpty() || !people.isEmpty() || !groups.isEmpty(),
          "a stage names roles, people or groups");
      require(groups.size() <= MOST / 4, "groups has at most 25 entries");
      require(
          groups.stream().allMatch(one -> one.matches(PersonOrder.GROUP)),
          "groups holds names of 2 to 50 lower-case letters, digits and hyphens");
      require(people.size() <= MOST / 4, "people has at most 25 entries");
      require(
          people.stream().allMatch(one -> one.matches("[^\\s,]{1,64}")), "people holds user names");
      Set<String> names = new HashSet<>();
      people.forEach(
          one ->
              require(
                  names.add(KeyRequest.key(one)),
                  "people names " + one + " twice; user names are the same in any case"));
      require(
          !roles.isEmpty() || !groups.isEmpty() || people.size() >= approvals,
          "people has fewer entries than approvals asks for");
    }

    boolean isOfPeopleAlone() {
      return Objects.requireNonNull(roles).isEmpty() && Objects.requireNonNull(groups).isEmpty();
    }

    /** The people, as names that are the same in any case. */
    List<String> names() {
      return Objects.requireNonNull(people).stream().map(KeyRequest::key).toList();
    }

    /** Whether there are people enough for so many approvals. */
    boolean hasPeopleFor(int wanted) {
      return !isOfPeopleAlone() || names().size() >= wanted;
    }
  }

  /**
   * Conditions; all that are given must hold.
   *
   * @param kinds kinds of request
   * @param scopeRisks one of the wanted scopes is of such a risk
   * @param requesterRoles the requester has one of the roles
   * @param minimumRiskScore the request scores so much or more
   * @param longerThan the key would live longer, or for ever
   * @param moreCallsPerMinuteThan the key would be allowed more, or have no limit
   * @param scopes one of the wanted scopes is covered by one of these scopes or patterns
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record When(
      @Nullable List<String> kinds,
      @Nullable List<String> types,
      @Nullable List<String> environments,
      @Nullable List<String> scopeRisks,
      @Nullable List<String> requesterRoles,
      @Nullable List<Long> organizations,
      @Nullable Integer minimumRiskScore,
      @Nullable Duration longerThan,
      @Nullable Long moreCallsPerMinuteThan,
      @Nullable List<String> scopes) {
    static final When ALWAYS = new When(null, null, null, null, null, null, null, null, null, null);

    /** Conditions on the key alone; null for any. */
    static When ofKey(
        @Nullable List<String> types,
        @Nullable List<String> environments,
        @Nullable List<String> scopes) {
      return new When(null, types, environments, null, null, null, null, null, null, scopes);
    }

    public When {
      require(
          kinds == null || RequestKind.words().containsAll(kinds),
          "kinds are of " + String.join(", ", RequestKind.words()));
      require(
          requesterRoles == null || ManagementScope.roles().keySet().containsAll(requesterRoles),
          "requester_roles are of " + String.join(", ", ManagementScope.roles().keySet()));
      require(
          environments == null || ENVIRONMENTS.containsAll(environments),
          "environments are of production, staging, development");
      require(
          scopeRisks == null || RISKS.containsAll(scopeRisks),
          "scope_risks are of low, medium, high");
      require(
          minimumRiskScore == null || (minimumRiskScore >= 0 && minimumRiskScore <= 100),
          "minimum_risk_score is 0 to 100");
      require(
          moreCallsPerMinuteThan == null || moreCallsPerMinuteThan >= 0,
          "more_calls_per_minute_than is not below zero");
      longerThan = time("longer_than", longerThan);
      require(scopes == null || scopes.size() <= MOST, "scopes has at most 100 entries");
      if (scopes != null) {
        scopes.forEach(Scope::parse);
      }
    }
  }
}
