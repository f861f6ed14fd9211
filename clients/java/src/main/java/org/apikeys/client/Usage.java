package org.apikeys.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call, as it is reported; without the key that it was made with.
 *
 * @param atMillis when it was made, in milliseconds since 1970 UTC
 */
record Usage(
    long keyId,
    @Nullable String endpoint,
    @Nullable String method,
    @Nullable String ip,
    long bytesIn,
    @Nullable Outcome outcome,
    long atMillis,
    @Nullable String decisionId) {

  static Usage of(
      long keyId,
      Call call,
      @Nullable Outcome outcome,
      long atMillis,
      @Nullable String decisionId) {
    return new Usage(
        keyId,
        call.endpoint(),
        call.method(),
        call.ip(),
        call.bytesIn(),
        outcome,
        atMillis,
        decisionId);
  }

  /** Whether others like it may be reported with it: nothing is told of this call alone. */
  boolean isPlain() {
    return outcome == null && decisionId == null;
  }

  /** Writes it as JSON, without the end, so that more can be told. */
  void begin(StringBuilder json) {
    json.append("{\"key_id\":").append(keyId);
    if (decisionId == null) {
      json.append(",\"leased\":true");
      text(json, "at", Instant.ofEpochMilli(atMillis).toString());
    } else {
      text(json, "decision_id", decisionId);
    }
    text(json, "endpoint", endpoint);
    text(json, "method", method);
    text(json, "ip", ip);
    json.append(",\"bytes_in\":").append(bytesIn);
    if (outcome != null) {
      long micros = outcome.took().toNanos() / 1_000;
      json.append(",\"status_code\":").append(outcome.status());
      json.append(",\"response_time\":").append(micros / 1_000_000).append('.');
      String fraction = Long.toString(micros % 1_000_000);
      json.append("0".repeat(6 - fraction.length())).append(fraction);
      json.append(",\"bytes_out\":").append(outcome.bytesOut());
    }
  }

  private static void text(StringBuilder json, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    json.append(",\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      if (character == '"' || character == '\\') {
        json.append('\\').append(character);
      } else if (character < ' ' || character > '~') {
        json.append(String.format("\\u%04x", (int) character));
      } else {
        json.append(character);
      }
    }
    json.append('"');
  }
}
