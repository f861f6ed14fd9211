package org.apikeys.request;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.LimitRule;
import org.apikeys.key.LimitRules;
import org.apikeys.key.Wish;
import org.apikeys.request.PolicyDocument.Addition;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.request.PolicyRules.Question;
import org.apikeys.store.ConfigText;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** The policies in force, for administrators to read, to change and to try out. */
@Stateless
@RolesAllowed(ManagementScope.ORGS_MANAGE)
public class Policies {
  private static final long BUILT_IN = 0;

  private final PolicySets sets;
  private final PolicyRules rules;
  private final KeyProposals proposals;
  private final BuiltInPolicies builtIn;
  private final PluginAdditions plugins;
  private final LimitRules limits;
  private final PolicyWarnings warnings;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public Policies(
      PolicySets sets,
      PolicyRules rules,
      KeyProposals proposals,
      BuiltInPolicies builtIn,
      PluginAdditions plugins,
      LimitRules limits,
      PolicyWarnings warnings,
      AuditLog audit,
      Clock clock) {
    this.sets = sets;
    this.rules = rules;
    this.proposals = proposals;
    this.builtIn = builtIn;
    this.plugins = plugins;
    this.limits = limits;
    this.warnings = warnings;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Policies() {
    sets = null;
    rules = null;
    proposals = null;
    builtIn = null;
    plugins = null;
    limits = null;
    warnings = null;
    audit = null;
    clock = null;
  }

  /**
   * The policies of an organization.
   *
   * @param pluginAdditions what plugins ask for beside those that come with the system
   * @param version 0 for those that come with the system
   * @param limits default limits and bounds, which the operator sets
   * @param warnings what in them speaks of nothing that there is now, each with its place
   */
  public record View(
      @JsonUnwrapped PolicyDocument document,
      List<Addition> pluginAdditions,
      long version,
      @Nullable String changedBy,
      @Nullable Instant changedAt,
      List<LimitRule> limits,
      List<String> warnings) {}

  public View read(Caller caller) {
    return sets.own(caller.organizationId())
        .map(this::view)
        .orElseGet(
            () ->
                new View(
                    builtIn.document(),
                    plugins.all(),
                    BUILT_IN,
                    null,
                    null,
                    limits.of(caller.organizationId()),
                    List.of()));
  }

  private View view(PolicySet set) {
    return new View(
        set.document(),
        List.of(),
        set.version(),
        set.changedBy(),
        set.changedAt(),
        limits.of(set.organizationId()),
        warnings.of(set.organizationId(), set.document()));
  }

  /** The policies as they are understood; refused when there is a mistake in them. */
  public PolicyDocument check(JsonNode document) {
    return parsed(document);
  }

  /** Replaces the policies of the caller's organization. */
  public View replace(Caller caller, JsonNode document, @Nullable Expected expected) {
    PolicyDocument wanted = parsed(document);
    PolicySet present = sets.toChange(caller.organizationId()).orElse(null);
    long version = present == null ? BUILT_IN : present.version();
    Expected.version(expected, version, "The policies have changed");
    Instant now = clock.instant();
    PolicyDocument before = present == null ? builtIn.document() : present.document();
    audit.record(
        AuditEntry.of(caller, present == null ? Action.POLICY_CREATED : Action.POLICY_UPDATED)
            .on("policy", caller.organizationId(), "approval policies")
            .changing(
                "policies",
                Json.MAPPER.valueToTree(before.policies()),
                Json.MAPPER.valueToTree(wanted.policies()))
            .changing(
                "additions",
                Json.MAPPER.valueToTree(before.additions()),
                Json.MAPPER.valueToTree(wanted.additions())));
    PolicySet set = present;
    if (set == null) {
      set = new PolicySet(caller.organizationId(), wanted, caller.name(), now);
      sets.add(set);
    } else {
      set.replace(wanted, caller.name(), now);
    }
    sets.flush();
    return view(set);
  }

  private static PolicyDocument parsed(JsonNode document) {
    try {
      return PolicyText.read(document);
    } catch (ConfigText.Mistake e) {
      throw ProblemException.invalid(e.place(), e.reason());
    }
  }

  /**
   * What policies would say.
   *
   * @param policy the policy that decides; null when none speaks of it
   * @param refused whether no policy speaks of it, and it would be refused therefore
   * @param lives how long a request waits; null when it would be refused
   * @param wanted the key, complete with what was left to the system
   */
  public record DryRun(
      String kind,
      boolean automatic,
      int requiredApprovals,
      boolean refused,
      @Nullable String policy,
      List<String> additions,
      List<Stage> stages,
      @Nullable String lives,
      Risk risk,
      KeyConfiguration wanted) {}

  /**
   * Answers what the policies would say to a request, and changes nothing.
   *
   * @param roles roles of the one who would ask
   * @param proposed policies to try in place of those in force; null for these
   * @param asked the kind of request; null for that of a new key of the type
   */
  public DryRun dryRun(
      Caller caller,
      List<String> roles,
      @Nullable JsonNode proposed,
      @Nullable RequestKind asked,
      KeyConfiguration order) {
    KeyConfiguration wanted = proposals.ofNew(caller, order);
    Caller asking = caller.onBehalfOf(caller.owner(), roles);
    RequestKind usual = PolicyRules.kind(Wish.ofNew(wanted));
    RequestKind kind = asked == null ? usual : asked;
    if (kind.isForNewKey() && kind != usual) {
      throw ProblemException.invalid(
          "type", "is emergency in a request of the kind emergency, and in no other");
    }
    Question question = new Question(asking, kind, wanted);
    return (proposed == null ? rules.judged(question) : rules.judged(parsed(proposed), question))
        .map(ruling -> answer(question, ruling))
        .orElseGet(() -> unspokenOf(question));
  }

  /** Answers what the policies in force will say when the caller asks for such a key. */
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  public DryRun preview(Caller caller, KeyConfiguration order) {
    KeyConfiguration wanted = proposals.ofNew(caller, order);
    Question question = new Question(caller, PolicyRules.kind(Wish.ofNew(wanted)), wanted);
    return answer(question, rules.judge(question));
  }

  /**
   * Answers what the policies in force will say when the caller asks for such a change.
   *
   * @param kind as what they ask for it
   */
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  public DryRun preview(Caller caller, RequestKind kind, long keyId, KeyProposals.Wanted change) {
    KeyProposals.Change asked = proposals.ofChange(caller, keyId, change, null);
    Question question = new Question(caller, kind, asked.after());
    return answer(question, rules.ruling(caller, kind, asked.wish()));
  }

  private DryRun answer(Question question, Ruling ruling) {
    return new DryRun(
        question.kind().word(),
        ruling.isAutomatic(),
        ruling.approvals(),
        false,
        ruling.policy(),
        ruling.additions(),
        ruling.stages(),
        ruling.lives().toString(),
        rules.risk(question),
        question.wanted());
  }

  private DryRun unspokenOf(Question question) {
    return new DryRun(
        question.kind().word(),
        false,
        0,
        true,
        null,
        List.of(),
        List.of(),
        null,
        rules.risk(question),
        question.wanted());
  }
}
