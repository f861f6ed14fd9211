package org.apikeys.advice;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.limit.MeterLimit;
import org.apikeys.limit.RateLimits;
import org.apikeys.limit.Rehearsal;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Grants;
import org.apikeys.restriction.IpMatcher;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUse.Kind;
import org.apikeys.usage.KeyUseStore;
import org.apikeys.usage.KeyUseStore.Past;
import org.jspecify.annotations.Nullable;

/** Says what a proposed configuration would have refused of a key's past calls; changes nothing. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class Replay {
  private static final int MOST_CALLS = 10_000;
  private static final int MOST_EXAMPLES = 20;

  /** The meters whose use is kept of each call. */
  private static final List<String> KEPT_METERS = List.of("bytes_in", "bytes_out");

  private final KeyProposals proposals;
  private final KeyUseStore uses;
  private final Catalogue catalogue;
  private final Clock clock;

  @Inject
  public Replay(KeyProposals proposals, KeyUseStore uses, Catalogue catalogue, Clock clock) {
    this.proposals = proposals;
    this.uses = uses;
    this.catalogue = catalogue;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Replay() {
    proposals = null;
    uses = null;
    catalogue = null;
    clock = null;
  }

  /** A call that would have been refused. */
  public record Refused(
      long id,
      Instant at,
      String code,
      @Nullable String ip,
      @Nullable String endpoint,
      @Nullable String method) {}

  /**
   * What would have been.
   *
   * @param since from when on
   * @param replayed calls that were allowed and are kept in detail
   * @param refused how many of them would have been refused
   * @param byCode by the code of the refusal
   * @param examples some of those, the oldest first
   * @param scopesLost scopes that the key used and would no longer hold
   * @param notes sentences for people
   */
  public record Report(
      String keyId,
      Instant since,
      long replayed,
      long refused,
      Map<String, Long> byCode,
      List<Refused> examples,
      List<String> scopesLost,
      List<String> notes) {}

  /**
   * Replays the calls of the last days.
   *
   * @param proposal from the present configuration to the one that is tried
   */
  public Report run(Caller caller, long id, UnaryOperator<KeyConfiguration> proposal, int days) {
    // held to every rule of a change, and of what policies say of one to none
    KeyProposals.Change change =
        proposals.ofChange(caller, id, new KeyProposals.Wanted(proposal, null, false), null);
    KeyConfiguration proposed = change.after();
    Instant since = clock.instant().minus(Duration.ofDays(days));
    List<Past> calls = uses.calls(id, since, MOST_CALLS);
    IpMatcher addresses = IpMatcher.compile(proposed.restrictions().ip());
    Rehearsal limits = new Rehearsal(proposed.limits(), judged(proposed));
    Map<String, Long> byCode = new TreeMap<>();
    List<Refused> examples = new ArrayList<>();
    long refused = 0;
    for (Past call : calls) {
      DecisionCode code = decide(call, addresses, limits);
      if (code != DecisionCode.VALID) {
        refused++;
        byCode.merge(code.name(), 1L, Long::sum);
        if (examples.size() < MOST_EXAMPLES) {
          examples.add(
              new Refused(
                  call.id(), call.at(), code.name(), call.ip(), call.endpoint(), call.method()));
        }
      }
    }
    Scopes scopes = scopes(caller.organizationId(), id, since, change);
    return new Report(
        "key-" + id,
        since,
        calls.size(),
        refused,
        byCode,
        examples,
        scopes.lost(),
        notes(calls, proposed, scopes));
  }

  private static DecisionCode decide(Past call, IpMatcher addresses, Rehearsal limits) {
    return addresses.allows(call.ip())
        ? limits.decide(call.at(), call.bytesIn(), call.bytesOut())
        : DecisionCode.IP_NOT_ALLOWED;
  }

  /** The quotas of what is kept of calls; null for none. */
  private static @Nullable Map<String, MeterLimit> judged(KeyConfiguration proposed) {
    Map<String, MeterLimit> all = proposed.resourceLimits();
    return all == null
        ? null
        : all.entrySet().stream()
            .filter(meter -> KEPT_METERS.contains(meter.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * What becomes of the scopes that the key used.
   *
   * @param lost it would hold them on nothing
   * @param limited it would hold them on fewer resources than now
   */
  private record Scopes(List<String> lost, List<String> limited) {}

  private Scopes scopes(long organizationId, long id, Instant since, KeyProposals.Change change) {
    Grants before = grants(organizationId, change.before());
    Grants after = grants(organizationId, change.after());
    TreeSet<String> kept = after.names();
    List<String> lost = new ArrayList<>();
    List<String> limited = new ArrayList<>();
    for (KeyUse use : uses.since(id, since)) {
      if (use.kind() == Kind.SCOPE) {
        if (!kept.contains(use.item())) {
          lost.add(use.item());
        } else if (!before.of(use.item()).isWithin(after)) {
          limited.add(use.item());
        }
      }
    }
    return new Scopes(List.copyOf(lost), List.copyOf(limited));
  }

  private Grants grants(long organizationId, KeyConfiguration key) {
    return Grants.of(catalogue, organizationId, key.scopes(), key.permissionSets());
  }

  private static List<String> notes(List<Past> calls, KeyConfiguration proposed, Scopes scopes) {
    List<String> notes = new ArrayList<>();
    notes.add("Replayed are the calls that were allowed and whose details are kept.");
    if (calls.size() == MOST_CALLS) {
      notes.add("Only the latest " + MOST_CALLS + " calls were replayed.");
    }
    if (!proposed.restrictions().referrers().isEmpty()) {
      notes.add("Referrers of past calls are not kept; rules over them are not judged.");
    }
    if (!scopes.limited().isEmpty()) {
      notes.add(
          "On which resources scopes were used is not kept; whether calls with "
              + String.join(", ", scopes.limited())
              + " would have been refused, now that they hold on fewer, is not judged.");
    }
    noteSizes(calls, proposed, notes);
    if (proposed.limits().concurrent() != null) {
      notes.add("How long past calls were open is not kept; concurrent is not judged.");
    }
    Map<String, MeterLimit> meters = proposed.resourceLimits();
    if (meters != null && !KEPT_METERS.containsAll(meters.keySet())) {
      notes.add(
          "What past calls used of other resources than bytes is not kept; of resource_limits only "
              + String.join(" and ", KEPT_METERS)
              + " are judged.");
    }
    if (proposed.credits() != null) {
      notes.add("What past calls cost is not kept; credits are not judged.");
    }
    return notes;
  }

  private static void noteSizes(List<Past> calls, KeyConfiguration proposed, List<String> notes) {
    RateLimits limits = proposed.limits();
    boolean bySize =
        limits.payloadBytes() != null
            || limits.bandwidth() != null
            || (proposed.resourceLimits() != null
                && KEPT_METERS.stream().anyMatch(proposed.resourceLimits()::containsKey));
    long unknown =
        calls.stream().filter(call -> call.bytesIn() == null || call.bytesOut() == null).count();
    if (bySize && unknown > 0) {
      notes.add(
          "Of " + unknown + " calls not both sizes were told; what is unknown counts as no bytes.");
    }
  }
}
