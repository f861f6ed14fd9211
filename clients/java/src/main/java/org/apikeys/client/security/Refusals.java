package org.apikeys.client.security;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apikeys.client.Verdict;
import org.jspecify.annotations.Nullable;

/** Answers a call that may not go on, as RFC 9457 has it. */
final class Refusals {
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  private Refusals() {}

  static void write(HttpServletResponse response, @Nullable Verdict verdict) {
    if (verdict == null) {
      write(response, UNAVAILABLE, "UNAVAILABLE");
      return;
    }
    Verdict.RateLimit limit = verdict.limit();
    if (limit != null) {
      response.setHeader("X-RateLimit-Limit", Long.toString(limit.limit()));
      response.setHeader("X-RateLimit-Remaining", Long.toString(limit.remaining()));
      response.setHeader("X-RateLimit-Reset", Long.toString(limit.resetAt().getEpochSecond()));
      if (verdict.status() == TOO_MANY) {
        long wait = Duration.between(Instant.now(), limit.resetAt()).toSeconds() + 1;
        response.setHeader("Retry-After", Long.toString(Math.max(1, wait)));
      }
    }
    write(response, verdict.status(), verdict.code());
  }

  static void write(HttpServletResponse response, int status, String code) {
    byte[] body = body(status, code).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    if (status == 401) {
      response.setHeader("WWW-Authenticate", "Bearer realm=\"apikeys\"");
    }
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/problem+json");
    response.setContentLength(body.length);
    try {
      response.getOutputStream().write(body);
      response.flushBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The codes are words of this client and of the server: nothing in them needs escaping. */
  static String body(int status, String code) {
    String title =
        switch (status) {
          case 400 -> "The credentials can not be read";
          case 401 -> "A valid API key is needed";
          case 403 -> "This key may not do that";
          case 413 -> "The payload is larger than this key may send";
          case TOO_MANY -> "A limit of this key is reached";
          default -> "Nobody can say now whether this call is allowed";
        };
    return "{\"title\":\"" + title + "\",\"status\":" + status + ",\"code\":\"" + code + "\"}";
  }
}
