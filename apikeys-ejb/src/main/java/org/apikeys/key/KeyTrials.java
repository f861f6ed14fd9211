package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.audit.AuditEntry;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * Puts proposed restrictions on trial: every call that a key is granted is held against the
 * proposal, too, and what that would have refused is counted and not enforced.
 */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class KeyTrials {
  private static final Duration STANDARD = Duration.ofDays(7);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(90);
  private static final int MOST_REFUSALS = 100;

  private final KeyProposals proposals;
  private final ApiKeys keys;
  private final TrialStore trials;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public KeyTrials(
      KeyProposals proposals, ApiKeys keys, TrialStore trials, KeyRecorder recorder, Clock clock) {
    this.proposals = proposals;
    this.keys = keys;
    this.trials = trials;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyTrials() {
    proposals = null;
    keys = null;
    trials = null;
    recorder = null;
    clock = null;
  }

  /**
   * Begins a trial, in place of the one that the key may have.
   *
   * @param proposal from the present configuration to the one that is tried
   * @param length from a minute to 90 days; null for a week
   */
  public TrialReport begin(
      Caller caller, long id, UnaryOperator<KeyConfiguration> proposal, @Nullable Duration length) {
    ApiKey key = keys.toChange(caller, id);
    // held to every rule of a change, and of what policies say of one to none
    KeyProposals.Change change =
        proposals.ofChange(caller, id, new KeyProposals.Wanted(proposal, null, false), null);
    TrialProposal tried = TrialProposal.of(change.before(), change.after());
    if (tried.isNothing()) {
      throw ProblemException.invalid(
          "restrictions",
          "is as it is now, as are scopes and permission_sets: nothing would be tried");
    }
    Duration wanted = length == null ? STANDARD : length;
    if (wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(LONGEST) > 0) {
      throw ProblemException.invalid("duration", "is from PT1M to P90D");
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    KeyTrial trial = new KeyTrial(id, tried, now, now.plus(wanted));
    trials.begin(trial);
    recorder.announced(
        key,
        AuditEntry.of(caller, Action.KEY_TRIAL_BEGUN)
            .changing("trial", null, Json.write(tried))
            .changing("ends_at", null, trial.endsAt().toString()));
    return report(trial);
  }

  /** What the key's trial has come to until now; empty when nothing is on trial. */
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Optional<TrialReport> read(Caller caller, long id) {
    ApiKey key = keys.seenBy(caller, id);
    return trials.find(key.id()).map(this::report);
  }

  /** Ends the key's trial, and forgets what it has come to. */
  public void end(Caller caller, long id) {
    ApiKey key = keys.toChange(caller, id);
    if (!trials.end(id)) {
      throw ProblemException.notFound("trial");
    }
    recorder.announced(key, AuditEntry.of(caller, Action.KEY_TRIAL_ENDED));
  }

  private TrialReport report(KeyTrial trial) {
    Map<String, Long> byCode = new TreeMap<>();
    long judged = 0;
    long refused = 0;
    List<TrialStore.Count> counts = trials.counts(trial);
    for (TrialStore.Count count : counts) {
      judged += count.calls();
      if (count.code() != DecisionCode.VALID) {
        refused += count.calls();
        byCode.merge(count.code().name(), count.calls(), Long::sum);
      }
    }
    return new TrialReport(
        "key-" + trial.keyId(),
        trial.proposal(),
        trial.startedAt(),
        trial.endsAt(),
        !clock.instant().isBefore(trial.endsAt()),
        judged,
        refused,
        byCode,
        counts.stream()
            .filter(count -> count.code() != DecisionCode.VALID)
            .limit(MOST_REFUSALS)
            .map(KeyTrials::refusal)
            .toList(),
        notes(judged));
  }

  private static TrialReport.Refusal refusal(TrialStore.Count count) {
    return new TrialReport.Refusal(
        count.code().name(), count.item(), count.calls(), Instant.ofEpochMilli(count.lastCallAt()));
  }

  private static List<String> notes(long judged) {
    String seen =
        "Calls that clients decide about by themselves, out of what they were answered before, are"
            + " not seen here.";
    return judged == 0
        ? List.of("No call was granted to the key since the trial began.", seen)
        : List.of(seen);
  }
}
