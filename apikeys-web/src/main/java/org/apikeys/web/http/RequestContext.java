package org.apikeys.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What belongs to one request, wherever in the container it is looked at. */
public final class RequestContext {
  private static final String ID = "org.apikeys.request-id";
  private static final String ANSWERED = "org.apikeys.answered";
  private static final String BYTES_OUT = "org.apikeys.bytes-out";
  private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private RequestContext() {}

  /**
   * Gives the request its id, once: the client's own when it is well-formed. Sets the headers that
   * every answer has.
   */
  public static String begin(HttpServletRequest request, HttpServletResponse response) {
    Object known = request.getAttribute(ID);
    if (known instanceof String id) {
      return id;
    }
    String sent = request.getHeader("X-Request-Id");
    String id = sent != null && WELL_FORMED.matcher(sent).matches() ? sent : random();
    request.setAttribute(ID, id);
    response.setHeader("X-Request-Id", id);
    response.setHeader("X-Content-Type-Options", "nosniff");
    return id;
  }

  /** Whether anything of ours has seen the request yet. */
  public static boolean hasBegun(HttpServletRequest request) {
    return request.getAttribute(ID) != null;
  }

  /** Unlike any other, and no secret: so it need not wait for the secure source. */
  private static String random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** The request's id. */
  public static String id(HttpServletRequest request) {
    return request.getAttribute(ID) instanceof String id ? id : "unknown";
  }

  /** Notes that the answer is written, and that nobody else is to look at the request. */
  public static void setAnswered(HttpServletRequest request) {
    request.setAttribute(ANSWERED, true);
  }

  static boolean isAnswered(HttpServletRequest request) {
    return request.getAttribute(ANSWERED) != null;
  }

  public static void setBytesOut(HttpServletRequest request, long bytes) {
    request.setAttribute(BYTES_OUT, bytes);
  }

  /** How long the body of the answer was, when that is known. */
  public static @Nullable Long bytesOut(HttpServletRequest request) {
    return request.getAttribute(BYTES_OUT) instanceof Long bytes ? bytes : null;
  }
}
