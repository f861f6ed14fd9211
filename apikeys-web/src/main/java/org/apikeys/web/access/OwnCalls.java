package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Map;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.AdaptiveLimits;
import org.apikeys.limit.Gate;
import org.apikeys.limit.Spent;
import org.apikeys.limit.SteadyTime;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUses;
import org.apikeys.web.http.RequestContext;
import org.jspecify.annotations.Nullable;

/** Records the calls that are made to this API with keys, when their answer is known. */
@Direct
public class OwnCalls {
  private static final String OPEN = "org.apikeys.own-call";
  private static final String COUNTED = "org.apikeys.own-call-counted";
  private static final String FORBIDDEN = "org.apikeys.own-call-forbidden";
  private static final int LONGEST_ENDPOINT = 500;

  private final CallRecorder recorder;
  private final CallIds ids;
  private final Clock clock;
  private final SteadyTime time;
  private final AdaptiveLimits adaptive;
  private final KeyUses uses;

  @Inject
  public OwnCalls(
      CallRecorder recorder,
      CallIds ids,
      Clock clock,
      SteadyTime time,
      AdaptiveLimits adaptive,
      KeyUses uses) {
    this.uses = uses;
    this.adaptive = adaptive;
    this.recorder = recorder;
    this.ids = ids;
    this.clock = clock;
    this.time = time;
  }

  /** A call that has begun. */
  private record Begun(
      KeySnapshot key, DecisionCode code, long nanos, String address, long callId) {}

  /** The number of a call that is about to begin. */
  long next() {
    return ids.next();
  }

  void begin(
      HttpServletRequest request, KeySnapshot key, DecisionCode code, String address, long callId) {
    request.setAttribute(OPEN, new Begun(key, code, System.nanoTime(), address, callId));
  }

  /** The request as it is to be read: of a call whose length is not told, the body is counted. */
  public HttpServletRequest counted(HttpServletRequest request) {
    if (request.getContentLengthLong() >= 0
        || !(request.getAttribute(OPEN) instanceof Begun begun)
        || request.getHeader("Transfer-Encoding") == null) {
      return request;
    }
    CountedRequest counted = new CountedRequest(request, begun.key().payloadBytes());
    request.setAttribute(COUNTED, counted);
    return counted;
  }

  /**
   * Notes that the key of this request may not make its call. The key was let in, and its windows
   * have counted the call, so that trying out what a key may do has a limit; but the call was
   * denied.
   */
  static void forbid(HttpServletRequest request) {
    request.setAttribute(FORBIDDEN, true);
  }

  private static DecisionCode cameTo(
      Begun begun, HttpServletRequest request, @Nullable CountedRequest counted) {
    if (counted != null && counted.isRefused()) {
      return DecisionCode.PAYLOAD_TOO_LARGE;
    }
    return begun.code() == DecisionCode.VALID && request.getAttribute(FORBIDDEN) != null
        ? DecisionCode.INSUFFICIENT_SCOPE
        : begun.code();
  }

  /** Records the call of this request, if it was made with a key; once. */
  public void end(HttpServletRequest request, HttpServletResponse response) {
    if (!(request.getAttribute(OPEN) instanceof Begun begun)) {
      return;
    }
    request.removeAttribute(OPEN);
    CountedRequest counted =
        request.getAttribute(COUNTED) instanceof CountedRequest known ? known : null;
    Gate gate = begun.key().gate();
    if (gate != null && begun.code() == DecisionCode.VALID) {
      Long beyondAnnounced = counted == null ? null : counted.count();
      gate.report(
          new Spent(begun.callId(), beyondAnnounced, bytesOut(request), Map.of()), time.millis());
    }
    DecisionCode code = cameTo(begun, request, counted);
    if (code == DecisionCode.VALID) {
      uses.note(begun.key().id(), KeyUse.Kind.ADDRESS, begun.address());
    }
    long micros = (System.nanoTime() - begun.nanos()) / 1_000;
    adaptive.ended(begun.key().id(), response.getStatus(), micros);
    recorder.record(
        new Call(
            begun.callId(),
            begun.key().id(),
            begun.key().organizationId(),
            begun.key().generation(),
            code,
            endpoint(request),
            method(request),
            response.getStatus(),
            micros,
            true,
            counted == null ? Math.max(0, request.getContentLengthLong()) : counted.count(),
            bytesOut(request),
            begun.address(),
            clock.millis()));
  }

  private static @Nullable Long bytesOut(HttpServletRequest request) {
    return RequestContext.bytesOut(request);
  }

  private static String endpoint(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.length() > LONGEST_ENDPOINT ? path.substring(0, LONGEST_ENDPOINT) : path;
  }

  private static String method(HttpServletRequest request) {
    String method = request.getMethod();
    return method.length() > 10 ? method.substring(0, 10) : method;
  }
}
