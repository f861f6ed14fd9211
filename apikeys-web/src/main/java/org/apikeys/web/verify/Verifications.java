package org.apikeys.web.verify;

import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apikeys.alert.SecurityWatch;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.Denials;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUses;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;
import org.apikeys.web.health.VerificationMetrics;
import org.jspecify.annotations.Nullable;

/** Decides about calls of others, and records what was decided: the same for every way in. */
@Direct
public class Verifications {
  private final Verifier verifier;
  private final CallRecorder recorder;
  private final CallIds ids;
  private final Denials denials;
  private final VerificationMetrics metrics;
  private final KeyUses uses;
  private final SecurityWatch watch;
  private final Clock clock;

  @Inject
  public Verifications(
      Verifier verifier,
      CallRecorder recorder,
      CallIds ids,
      Denials denials,
      VerificationMetrics metrics,
      KeyUses uses,
      SecurityWatch watch,
      Clock clock) {
    this.verifier = verifier;
    this.recorder = recorder;
    this.ids = ids;
    this.denials = denials;
    this.metrics = metrics;
    this.uses = uses;
    this.watch = watch;
    this.clock = clock;
  }

  /**
   * A decision with the number of the call that it was about.
   *
   * @param callId 0 when the call can't be numbered now
   */
  record Decided(Decision decision, long callId) {}

  /** The call that a decision is about, as the gateway describes it. */
  record Described(@Nullable String endpoint, @Nullable String method) {}

  /** The number of a call that is about to be decided about; 0 when there is none. */
  long nextCall() {
    return ids.next();
  }

  /** Decides about the call that was numbered before. */
  Decided decide(Caller gateway, String key, Attempt attempt, Described call) {
    long began = System.nanoTime();
    Decision decision = verifier.decide(key, gateway.organizationId(), attempt);
    long nanos = System.nanoTime() - began;
    metrics.count(decision.code(), nanos);
    long id = attempt.callId();
    KeySnapshot found = decision.key();
    if (found != null
        && !recorder.record(
            new Call(
                id,
                found.id(),
                found.organizationId(),
                found.generation(),
                decision.code(),
                call.endpoint(),
                call.method(),
                decision.code().status(),
                nanos / 1_000,
                false,
                attempt.bytesIn(),
                null,
                attempt.ip(),
                clock.millis()))) {
      // its count would be lost: another server, or this one when it is back, is to be asked
      throw new ProblemException(
          ProblemType.STORE_UNAVAILABLE, "The server is stopping; ask again in a moment.");
    }
    if (found != null && decision.code() == DecisionCode.VALID) {
      noteUse(found, attempt, call);
    }
    if (decision.code() != DecisionCode.VALID) {
      note(gateway, found, attempt, decision.code());
    }
    return new Decided(decision, id);
  }

  /** What advice about the key will be made from. */
  private void noteUse(KeySnapshot key, Attempt attempt, Described call) {
    if (!uses.isNew(
        new KeyUses.CallUse(
            key.id(), attempt.needed(), attempt.resource(), attempt.ip(), call.method()))) {
      return;
    }
    if (attempt.needed() != null) {
      Predicate<Scope> held = key.scopes().on(attempt.resource());
      List<Scope> scopes = attempt.needed().scopes();
      for (int i = 0; i < scopes.size(); i++) {
        if (held.test(scopes.get(i))) {
          uses.note(key.id(), KeyUse.Kind.SCOPE, attempt.needed().names().get(i));
        }
      }
    }
    if (attempt.ip() != null) {
      uses.note(key.id(), KeyUse.Kind.ADDRESS, attempt.ip());
    }
    if (call.method() != null) {
      uses.note(key.id(), KeyUse.Kind.METHOD, call.method());
    }
  }

  /** A denial is counted by where the refused call came from, so that a flood stays one line. */
  private void note(Caller gateway, @Nullable KeySnapshot key, Attempt attempt, DecisionCode code) {
    Caller refused =
        new Caller(
            key == null ? Caller.Kind.ANONYMOUS : Caller.Kind.KEY,
            key == null ? 0 : key.id(),
            key == null ? "anonymous" : "key-" + key.id(),
            key == null ? "anonymous" : key.owner(),
            organization(gateway, key),
            Set.of(),
            Set.of(),
            attempt.ip() == null ? gateway.ip() : attempt.ip(),
            null,
            gateway.requestId());
    watch.denied(refused.organizationId(), key, code, refused.ip());
    AuditEntry entry = AuditEntry.of(refused, Action.ACCESS_DENIED).denied(code.name());
    denials.note(key == null ? entry : entry.on("key", "key-" + key.id(), key.name()));
  }

  private static long organization(Caller gateway, @Nullable KeySnapshot key) {
    if (key != null) {
      return key.organizationId();
    }
    return gateway.organizationId() == Verifier.ANY_ORGANIZATION
        ? Caller.DEFAULT_ORGANIZATION
        : gateway.organizationId();
  }

  /** Calls counted ahead for the caller; null when there are none. */
  Verifier.@Nullable Lent lend(Decision decision, int wanted) {
    return wanted == 0 ? null : verifier.lend(decision, wanted);
  }

  /** Every check, with nothing counted. */
  Verifier.Explanation explain(Caller gateway, String key, Attempt attempt) {
    return verifier.explain(key, gateway.organizationId(), attempt);
  }
}
