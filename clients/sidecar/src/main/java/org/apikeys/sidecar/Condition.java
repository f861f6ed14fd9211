package org.apikeys.sidecar;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.apikeys.client.ApiKeysClient;

/** How the sidecar itself is: its health, in the form of MicroProfile Health, and its counts. */
final class Condition {
  static final String LIVE = "/health/live";
  static final String READY = "/health/ready";
  static final String METRICS = "/metrics";

  private static final int UNAVAILABLE = 503;

  private final ApiKeysClient client;
  private final Duration staleLimit;

  Condition(ApiKeysClient client, Duration staleLimit) {
    this.client = client;
    this.staleLimit = staleLimit;
  }

  void answer(Exchange exchange, String path) {
    if (path.equals(METRICS)) {
      exchange.response().putHeader("Content-Type", "text/plain; version=0.0.4").end(counts());
      return;
    }
    boolean hears = client.silence().compareTo(staleLimit) < 0;
    boolean up = path.equals(LIVE) || hears;
    JsonArray checks = new JsonArray();
    if (path.equals(READY)) {
      checks.add(
          new JsonObject()
              .put("name", "server")
              .put("status", hears ? "UP" : "DOWN")
              .put("data", new JsonObject().put("silence_ms", client.silence().toMillis())));
    }
    exchange
        .response()
        .setStatusCode(up ? 200 : UNAVAILABLE)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("status", up ? "UP" : "DOWN").put("checks", checks).encode());
  }

  private String counts() {
    StringBuilder text = new StringBuilder();
    client
        .metrics()
        .read()
        .forEach(
            (name, count) ->
                text.append("# TYPE ")
                    .append(name)
                    .append(" counter\n")
                    .append(name)
                    .append(' ')
                    .append(count)
                    .append('\n'));
    return text.toString();
  }
}
