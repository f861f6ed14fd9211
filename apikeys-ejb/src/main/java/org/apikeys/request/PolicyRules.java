package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.ApprovalRule;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.LimitRules;
import org.apikeys.key.Wish;
import org.apikeys.request.PolicyDocument.Addition;
import org.apikeys.request.PolicyDocument.Policy;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.request.PolicyDocument.When;
import org.jspecify.annotations.Nullable;

/** Applies the policies to wishes. */
@ApplicationScoped
public class PolicyRules implements ApprovalRule {
  /** Fields in which more is a higher limit. */
  private static final List<String> LIMITS = List.of("rate_limits", "resource_limits", "credits");

  private final PolicySets sets;
  private final PluginAdditions plugins;
  private final RiskAssessor risks;
  private final LimitRules limits;
  private final Clock clock;

  @Inject
  public PolicyRules(
      PolicySets sets,
      PluginAdditions plugins,
      RiskAssessor risks,
      LimitRules limits,
      Clock clock) {
    this.sets = sets;
    this.plugins = plugins;
    this.risks = risks;
    this.limits = limits;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected PolicyRules() {
    sets = null;
    plugins = null;
    risks = null;
    limits = null;
    clock = null;
  }

  /**
   * Who asks for what.
   *
   * @param requester for whom the policies judge
   */
  record Question(Caller requester, RequestKind kind, KeyConfiguration wanted) {}

  @Override
  public Optional<String> neededFor(Caller caller, Wish wish) {
    if (caller.kind() == Caller.Kind.SYSTEM) {
      return Optional.empty();
    }
    Ruling ruling = ruling(caller, kind(wish), wish);
    if (ruling.isAutomatic()) {
      return Optional.empty();
    }
    return Optional.of(
        "The policy "
            + ruling.title()
            + " asks for "
            + ruling.approvals()
            + (ruling.approvals() == 1 ? " approval." : " approvals."));
  }

  static RequestKind kind(Wish wish) {
    if (wish.before() != null) {
      if (wish.reactivates() && wish.widened().isEmpty()) {
        return RequestKind.REACTIVATION;
      }
      boolean later = wish.widened().equals(List.of("expires_at"));
      boolean more = !wish.widened().isEmpty() && LIMITS.containsAll(wish.widened());
      return later ? RequestKind.RENEWAL : more ? RequestKind.LIMIT_INCREASE : RequestKind.CHANGE;
    }
    return wish.after().type().equals(KeyConfiguration.EMERGENCY)
        ? RequestKind.EMERGENCY
        : RequestKind.NEW_KEY;
  }

  /**
   * What the policies say, whichever way somebody asks. A change that allows nothing more needs
   * nobody, and neither has a key's being switched on again, unless a policy speaks of that.
   */
  Ruling ruling(Caller requester, RequestKind kind, Wish wish) {
    return judged(requester, kind, wish).orElseThrow(PolicyRules::unspokenOf);
  }

  /** As {@link #ruling}; empty when no policy speaks of it. */
  Optional<Ruling> judged(Caller requester, RequestKind kind, Wish wish) {
    Optional<Ruling> after = judged(new Question(requester, kind, wish.after()));
    KeyConfiguration before = wish.before();
    if (before == null || !wish.widened().isEmpty() || after.isEmpty()) {
      return after;
    }
    if (kind == RequestKind.REACTIVATION
        && sets.inForce(requester.organizationId()).speaksOf(kind)) {
      return after;
    }
    boolean sameKind = before.type().equals(wish.after().type());
    // another type may stand under a stricter policy than the one that the key was issued under
    boolean stricter =
        !sameKind
            && after.get().approvals() > judge(new Question(requester, kind, before)).approvals();
    return stricter ? after : Optional.of(Ruling.NARROWING);
  }

  /** Applies the policies of the requester's organization. */
  Ruling judge(Question question) {
    return judged(question).orElseThrow(PolicyRules::unspokenOf);
  }

  /** As {@link #judge}; empty when no policy speaks of it. */
  Optional<Ruling> judged(Question question) {
    long organization = question.requester().organizationId();
    return sets.own(organization)
        .map(own -> judged(own.document(), question))
        .orElseGet(() -> judged(sets.standard(), plugins.all(), question));
  }

  /** Applies policies that somebody has set: they are the whole of it. */
  Optional<Ruling> judged(PolicyDocument document, Question question) {
    return judged(document, List.of(), question);
  }

  private static ProblemException unspokenOf() {
    return new ProblemException(
        ProblemType.FORBIDDEN,
        "No policy speaks of such a key, and what no policy allows is refused.");
  }

  private Optional<Ruling> judged(
      PolicyDocument document, List<Addition> besides, Question question) {
    RiskScore risk = new RiskScore(question);
    return document.policies().stream()
        .filter(one -> holds(Objects.requireNonNull(one.when()), question, risk))
        .findFirst()
        .map(policy -> ruling(policy, document, besides, question, risk));
  }

  private Ruling ruling(
      Policy policy,
      PolicyDocument document,
      List<Addition> besides,
      Question question,
      RiskScore risk) {
    List<Stage> stages = new ArrayList<>(Objects.requireNonNull(policy.stages()));
    List<String> additions = new ArrayList<>();
    if (!policy.complete()) {
      List<Addition> all = new ArrayList<>(Objects.requireNonNull(document.additions()));
      all.addAll(besides);
      for (Addition addition : all) {
        if (holds(Objects.requireNonNull(addition.when()), question, risk)) {
          additions.add(addition.name());
          stages.add(addition.stage());
        }
      }
      limits
          .approvedBeyond(question.wanted(), question.requester().organizationId())
          .ifPresent(
              rule -> {
                additions.add(rule.name());
                stages.add(
                    new Stage(
                        Objects.requireNonNull(rule.approvals()), rule.roles(), null, null, false));
              });
    }
    return new Ruling(
        policy.name(),
        additions,
        merged(stages),
        Objects.requireNonNullElse(policy.lives(), PolicyDocument.LIFE),
        Objects.requireNonNullElse(policy.claimWithin(), PolicyDocument.LIFE),
        Objects.requireNonNullElse(policy.remindAfter(), PolicyDocument.REMINDED),
        Objects.requireNonNullElse(policy.escalateAfter(), PolicyDocument.ESCALATED),
        Objects.requireNonNullElse(policy.escalateTo(), "admin"));
  }

  /**
   * Stages of the same people that follow each other are one, of so many approvals more. Several
   * requests are decided at once only where each of them says so.
   */
  private static List<Stage> merged(List<Stage> stages) {
    List<Stage> merged = new ArrayList<>();
    for (Stage stage : stages) {
      Stage last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null
          && Objects.equals(last.roles(), stage.roles())
          && Objects.equals(last.people(), stage.people())
          && Objects.equals(last.groups(), stage.groups())
          && last.approvals() + stage.approvals() <= 10
          && last.hasPeopleFor(last.approvals() + stage.approvals())) {
        merged.set(
            merged.size() - 1,
            new Stage(
                last.approvals() + stage.approvals(),
                stage.roles(),
                stage.people(),
                stage.groups(),
                last.severalAtOnce() && stage.severalAtOnce()));
      } else {
        merged.add(stage);
      }
    }
    return merged;
  }

  Risk risk(Question question) {
    return risks.of(
        question.requester().organizationId(), question.requester().owner(), question.wanted());
  }

  /** Scored once, and only when a policy asks: it looks at all the requester's keys. */
  private final class RiskScore {
    private final Question question;
    private @Nullable Risk found;

    RiskScore(Question question) {
      this.question = question;
    }

    boolean isAtLeast(int score) {
      if (found == null) {
        found = risk(question);
      }
      return found.score() >= score;
    }
  }

  private boolean holds(When when, Question question, RiskScore risk) {
    KeyConfiguration key = question.wanted();
    Caller requester = question.requester();
    return within(when.kinds(), question.kind().word())
        && within(when.types(), key.type())
        && within(when.environments(), key.environment())
        && anyWithin(when.requesterRoles(), requester.roles())
        && within(when.organizations(), requester.organizationId())
        && (when.scopeRisks() == null
            || anyWithin(when.scopeRisks(), risks.scopeRisks(requester.organizationId(), key)))
        && (when.scopes() == null
            || risks.carriesOneOf(requester.organizationId(), when.scopes(), key))
        && (when.minimumRiskScore() == null || risk.isAtLeast(when.minimumRiskScore()))
        && (when.longerThan() == null || livesLonger(key, when.longerThan()))
        && (when.moreCallsPerMinuteThan() == null
            || key.mostCallsPerMinute() > when.moreCallsPerMinuteThan());
  }

  private boolean livesLonger(KeyConfiguration key, Duration life) {
    Instant expiry = key.expiresAt();
    return expiry == null || expiry.isAfter(clock.instant().plus(life));
  }

  private static <T> boolean within(@Nullable Collection<T> wanted, T value) {
    return wanted == null || wanted.contains(value);
  }

  private static boolean anyWithin(@Nullable Collection<String> wanted, Collection<String> values) {
    return wanted == null || !Collections.disjoint(wanted, values);
  }
}
