package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apikeys.alert.SecurityWatch;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.api.verify.Refusals;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.Adaptation;
import org.apikeys.limit.SteadyTime;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;

/** Lets a key authenticate itself: the same decision as for everybody else's calls. */
@Direct
public class KeyAuthentication {
  private static final int TOO_MANY = 429;

  private final Verifier verifier;
  private final Callers callers;
  private final Origin origin;
  private final OwnCalls calls;
  private final SecurityWatch watch;
  private final SteadyTime time;

  @Inject
  public KeyAuthentication(
      Verifier verifier,
      Callers callers,
      Origin origin,
      OwnCalls calls,
      SecurityWatch watch,
      SteadyTime time) {
    this.watch = watch;
    this.verifier = verifier;
    this.callers = callers;
    this.origin = origin;
    this.calls = calls;
    this.time = time;
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
      LimitHeaders.set(response, key.presentLimits(), decision.allowance(), time.told());
    }
    if (key == null || decision.code() != DecisionCode.VALID) {
      watch.denied(
          key == null ? Caller.DEFAULT_ORGANIZATION : key.organizationId(),
          key,
          decision.code(),
          address);
      throw refusal(decision, time.told());
    }
    return callers.ofKey(request, key);
  }

  /** What a denied decision is to the caller whose key it is. */
  public static ProblemException refusal(Decision decision, long now) {
    return Refusals.of(decision.code(), waitSeconds(decision, now), tightened(decision));
  }

  /** After how many seconds another try is worth it; 0 when it never is, or nobody knows. */
  public static long waitSeconds(Decision decision, long now) {
    if (decision.code().status() != TOO_MANY) {
      return 0;
    }
    if (decision.retryAtMillis() != 0) {
      return LimitHeaders.secondsUntil(decision.retryAtMillis(), now);
    }
    return decision.code() == DecisionCode.RATE_LIMITED
        ? LimitHeaders.secondsLeft(decision.allowance(), now)
        : 0;
  }

  /** That less than what is configured counts for now, and why. */
  private static String tightened(Decision decision) {
    KeySnapshot key = decision.key();
    Adaptation adaptation = key == null ? null : key.counter().adaptation();
    return decision.code() != DecisionCode.RATE_LIMITED || adaptation == null
        ? ""
        : " Its limits count by " + adaptation.percent() + " % now (" + adaptation.reason() + ").";
  }
}
