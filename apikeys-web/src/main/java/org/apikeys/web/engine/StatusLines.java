package org.apikeys.web.engine;

import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.http.util.HttpStatus;

/**
 * The reason phrases that the engine does not know: it writes {@code 429 CUSTOM}. No client may
 * decide by them (RFC 9112, 4), but people read them.
 */
final class StatusLines {
  private static final HttpStatus UNPROCESSABLE =
      HttpStatus.newHttpStatus(422, "Unprocessable Content");
  private static final HttpStatus TOO_MANY = HttpStatus.newHttpStatus(429, "Too Many Requests");

  private StatusLines() {}

  /** The status with its reason phrase (RFC 9110, 15.5; RFC 6585, 4). */
  static HttpStatus of(int status) {
    return switch (status) {
      case 422 -> UNPROCESSABLE;
      case 429 -> TOO_MANY;
      default -> HttpStatus.getHttpStatus(status);
    };
  }

  /** Whatever status the container gives the response, it is sent with its reason phrase. */
  static void complete(Response response) {
    HttpResponsePacket packet = response.getResponse();
    response
        .getOutputBuffer()
        .registerLifeCycleListener(() -> packet.setStatus(of(packet.getStatus())));
  }
}
