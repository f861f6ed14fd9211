package org.apikeys.sidecar;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.apikeys.client.Call;

/** Reads the call that is asked about with {@code /api/v1/api-keys/verify}. */
final class VerifiedCalls {
  private static final String JSON = "application/json";

  private final AskedCalls asked = new AskedCalls();
  private final byte[] gateway;

  VerifiedCalls(Settings settings) {
    gateway = settings.key().getBytes(StandardCharsets.UTF_8);
  }

  /** The call; empty when it is not asked about in the usual way, with the sidecar's own key. */
  Optional<Call> read(Question question, Buffer body) {
    return isUsual(question) ? asked.read(body) : Optional.empty();
  }

  Optional<Call> read(PlainQuestion question) {
    return isUsual(question)
        ? asked.read(question.bytes(), question.bodyAt(), question.bodyLength())
        : Optional.empty();
  }

  private boolean isUsual(Question question) {
    String type = question.first(Header.CONTENT_TYPE);
    return question.method().equals("POST")
        && type != null
        && type.regionMatches(true, 0, JSON, 0, JSON.length())
        && Credential.of(question, Settings.Query.NONE, question.query())
            .filter(key -> MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), gateway))
            .isPresent();
  }
}
