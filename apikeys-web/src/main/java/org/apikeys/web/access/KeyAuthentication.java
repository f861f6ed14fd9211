package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import org.apikeys.alert.SecurityWatch;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.Adaptation;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;

/** Lets a key authenticate itself: the same decision as for everybody else's calls. */
@Direct
public class KeyAuthentication {
  private final Verifier verifier;
  private final Callers callers;
  private final Origin origin;
  private final OwnCalls calls;
  private final SecurityWatch watch;
  private final Clock clock;

  @Inject
  public KeyAuthentication(
      Verifier verifier,
      Callers callers,
      Origin origin,
      OwnCalls calls,
      SecurityWatch watch,
      Clock clock) {
    this.watch = watch;
    this.verifier = verifier;
    this.callers = callers;
    this.origin = origin;
    this.calls = calls;
    this.clock = clock;
  }

  /** The caller that this key is; refused like any call that the key may not make. */
  Caller authenticate(HttpServletRequest request, HttpServletResponse response, String presented) {
    String address = origin.address(request);
    long bytes = Math.max(0, request.getContentLengthLong());
    long call = calls.next();
    Attempt attempt =
        new Attempt(null, address, request.getHeader("Referer"), null, bytes, 1, call, null);
    Decision decision = verifier.decide(presented, Verifier.ANY_ORGANIZATION, attempt);
    KeySnapshot key = decision.key();
    if (key != null) {
      calls.begin(request, key, decision.code(), address, call);
      LimitHeaders.set(response, key.presentLimits(), decision.allowance(), clock.millis());
    }
    if (key == null || decision.code() != DecisionCode.VALID) {
      watch.denied(
          key == null ? Caller.DEFAULT_ORGANIZATION : key.organizationId(),
          key,
          decision.code(),
          address);
      throw refusal(decision, clock.millis());
    }
    return callers.ofKey(request, key);
  }

  /** What a denied decision is to the caller whose key it is. */
  public static ProblemException refusal(Decision decision, long now) {
    DecisionCode code = decision.code();
    return switch (code) {
      case VALID -> throw new IllegalArgumentException("granted");
      case NOT_FOUND, MALFORMED -> unauthenticated("This is not one of our keys.");
      case REVOKED -> unauthenticated("This key was revoked.");
      case EXPIRED -> unauthenticated("This key has expired; its owner can renew or rotate it.");
      case NOT_YET_VALID -> unauthenticated("This key does not work yet.");
      case KEY_INACTIVE ->
          new ProblemException(
              ProblemType.KEY_INACTIVE, "This key, or the person who owns it, is deactivated.");
      case IP_NOT_ALLOWED ->
          new ProblemException(
              ProblemType.IP_NOT_ALLOWED, "This key may not be used from your address.");
      case REFERRER_NOT_ALLOWED ->
          new ProblemException(
              ProblemType.REFERRER_NOT_ALLOWED, "This key may not be used from this page.");
      case ENVIRONMENT_MISMATCH, INSUFFICIENT_SCOPE ->
          new ProblemException(
              ProblemType.INSUFFICIENT_SCOPE, "This key does not hold what the call needs.");
      case PAYLOAD_TOO_LARGE ->
          new ProblemException(
              ProblemType.PAYLOAD_TOO_LARGE, "The payload is larger than this key may send.");
      case RATE_LIMITED,
          CONCURRENCY_EXCEEDED,
          BANDWIDTH_EXCEEDED,
          QUOTA_EXCEEDED,
          CREDITS_EXHAUSTED ->
          tooMany(ProblemType.valueOf(code.name()), decision, now);
    };
  }

  private static ProblemException unauthenticated(String detail) {
    return new ProblemException(ProblemType.UNAUTHENTICATED, detail);
  }

  private static ProblemException tooMany(ProblemType type, Decision decision, long now) {
    if (type == ProblemType.CREDITS_EXHAUSTED && decision.retryAtMillis() == 0) {
      return new ProblemException(
          type, "The credits of this key are used up, and nothing fills them up by itself.");
    }
    long seconds =
        decision.retryAtMillis() == 0
            ? LimitHeaders.secondsLeft(decision.allowance(), now)
            : LimitHeaders.secondsUntil(decision.retryAtMillis(), now);
    return ProblemException.retryAfter(
        type,
        "A limit of this key is reached; wait " + seconds + " s." + tightened(type, decision),
        Duration.ofSeconds(seconds));
  }

  /** That less than what is configured counts for now, and why. */
  private static String tightened(ProblemType type, Decision decision) {
    KeySnapshot key = decision.key();
    Adaptation adaptation = key == null ? null : key.counter().adaptation();
    return type != ProblemType.RATE_LIMITED || adaptation == null
        ? ""
        : " Its limits count by " + adaptation.percent() + " % now (" + adaptation.reason() + ").";
  }
}
