package org.apikeys.web.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.apikeys.usage.Call;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.web.http.RequestContext;
import org.jspecify.annotations.Nullable;

/** Records the calls that are made to this API with keys, when their answer is known. */
@ApplicationScoped
public class OwnCalls {
  private static final String OPEN = "org.apikeys.own-call";
  private static final int LONGEST_ENDPOINT = 500;

  private final CallRecorder recorder;
  private final CallIds ids;
  private final Clock clock;

  @Inject
  public OwnCalls(CallRecorder recorder, CallIds ids, Clock clock) {
    this.recorder = recorder;
    this.ids = ids;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected OwnCalls() {
    recorder = null;
    ids = null;
    clock = null;
  }

  /** A call that has begun. */
  private record Begun(KeySnapshot key, DecisionCode code, long nanos, String address) {}

  void begin(HttpServletRequest request, KeySnapshot key, DecisionCode code, String address) {
    request.setAttribute(OPEN, new Begun(key, code, System.nanoTime(), address));
  }

  /** Records the call of this request, if it was made with a key; once. */
  public void end(HttpServletRequest request, HttpServletResponse response) {
    if (!(request.getAttribute(OPEN) instanceof Begun begun)) {
      return;
    }
    request.removeAttribute(OPEN);
    recorder.record(
        new Call(
            ids.next(),
            begun.key().id(),
            begun.key().organizationId(),
            begun.key().generation(),
            begun.code(),
            endpoint(request),
            method(request),
            response.getStatus(),
            (System.nanoTime() - begun.nanos()) / 1_000,
            true,
            request.getContentLengthLong() < 0 ? Long.valueOf(0) : request.getContentLengthLong(),
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
