package org.apikeys.advice;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowLimits;
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
    KeyConfiguration proposed =
        proposals
            .ofChange(caller, id, new KeyProposals.Wanted(proposal, null, false), null)
            .after();
    Instant since = clock.instant().minus(Duration.ofDays(days));
    List<Past> calls = uses.calls(id, since, MOST_CALLS);
    IpMatcher addresses = IpMatcher.compile(proposed.restrictions().ip());
    WindowLimits limits = proposed.limits().windows();
    Map<Window, Taken> windows = new EnumMap<>(Window.class);
    Map<String, Long> byCode = new TreeMap<>();
    List<Refused> examples = new ArrayList<>();
    long refused = 0;
    for (Past call : calls) {
      DecisionCode code = decide(call, addresses, limits, windows);
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
    return new Report(
        "key-" + id,
        since,
        calls.size(),
        refused,
        byCode,
        examples,
        scopesLost(caller.organizationId(), id, since, proposed),
        notes(calls.size(), proposed));
  }

  private static DecisionCode decide(
      Past call, IpMatcher addresses, WindowLimits limits, Map<Window, Taken> windows) {
    if (!addresses.allows(call.ip())) {
      return DecisionCode.IP_NOT_ALLOWED;
    }
    List<Window> limited = limits.limited();
    for (Window window : limited) {
      Taken taken = windows.computeIfAbsent(window, one -> new Taken());
      if (taken.inWindowOf(call.at(), window) >= limits.of(window)) {
        return DecisionCode.RATE_LIMITED;
      }
    }
    limited.forEach(window -> windows.computeIfAbsent(window, one -> new Taken()).count++);
    return DecisionCode.VALID;
  }

  /** What was taken from the present window, which is aligned to the clock. */
  private static final class Taken {
    private long start = Long.MIN_VALUE;
    private long count;

    long inWindowOf(Instant at, Window window) {
      long millis = at.toEpochMilli();
      long begins = millis - Math.floorMod(millis, window.millis());
      if (begins != start) {
        start = begins;
        count = 0;
      }
      return count;
    }
  }

  private List<String> scopesLost(
      long organizationId, long id, Instant since, KeyConfiguration proposed) {
    TreeSet<String> kept =
        Grants.of(catalogue, organizationId, proposed.scopes(), proposed.permissionSets()).names();
    return uses.since(id, since).stream()
        .filter(use -> use.kind() == Kind.SCOPE)
        .map(KeyUse::item)
        .filter(scope -> !kept.contains(scope))
        .toList();
  }

  private static List<String> notes(int calls, KeyConfiguration proposed) {
    List<String> notes = new ArrayList<>();
    notes.add("Replayed are the calls that were allowed and whose details are kept.");
    if (calls == MOST_CALLS) {
      notes.add("Only the latest " + MOST_CALLS + " calls were replayed.");
    }
    if (!proposed.restrictions().referrers().isEmpty()) {
      notes.add("Referrers of past calls are not kept; rules over them are not judged.");
    }
    return notes;
  }
}
