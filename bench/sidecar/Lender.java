import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands in for the API key server where the sidecar alone is to be measured: knows every key but
 * those that begin with none, lends what it is asked for, says twice a second that nothing has
 * changed, and takes reports without a look at them. Argument: the port.
 */
public final class Lender extends AbstractVerticle {
  private static final long HEARTBEAT_MILLIS = 500;
  private static final long LENT_SECONDS = 60;

  private final int port;
  private final Map<String, Integer> numbers = new HashMap<>();

  private Lender(int port) {
    this.port = port;
  }

  public static void main(String[] arguments) {
    Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true))
        .deployVerticle(new Lender(Integer.parseInt(arguments[0])));
  }

  @Override
  public void start() {
    vertx
        .createHttpServer(
            new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setHttp2ClearTextEnabled(false))
        .requestHandler(this::answer)
        .listen();
  }

  private void answer(HttpServerRequest request) {
    switch (request.path()) {
      case "/api/v1/revocations" -> stream(request);
      case "/api/v1/usage" ->
          request.bodyHandler(
              report ->
                  request
                      .response()
                      .setStatusCode(202)
                      .end("{\"accepted\":0,\"rejected\":[]}"));
      case "/api/v1/api-keys/verify" ->
          request.bodyHandler(question -> request.response().end(decision(question)));
      default -> request.response().end();
    }
  }

  private void stream(HttpServerRequest request) {
    request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
    request.response().write(": read\n\n");
    long timer =
        vertx.setPeriodic(HEARTBEAT_MILLIS, beat -> request.response().write(": read\n\n"));
    request.connection().closeHandler(end -> vertx.cancelTimer(timer));
  }

  private Buffer decision(Buffer question) {
    JsonObject asked = question.toJsonObject();
    String presented = asked.getString("key");
    boolean known = !presented.startsWith("none");
    JsonObject decision =
        new JsonObject()
            .put("valid", known)
            .put("code", known ? "VALID" : "NOT_FOUND")
            .put("status", known ? 200 : 401)
            .put("decision_id", known ? "d1" : null)
            .put("key", known ? key(presented) : null)
            .putNull("rate_limit")
            .putNull("credits");
    int lease = asked.getInteger("lease");
    decision.put(
        "lease",
        known && lease > 0
            ? new JsonObject()
                .put("calls", lease)
                .put("until", Instant.now().plusSeconds(LENT_SECONDS).toString())
                .putNull("payload_bytes")
            : null);
    decision.put(
        "terms",
        known
            ? new JsonObject()
                .put("limits", new JsonArray())
                .putNull("retry_after")
                .put("varies_by", new JsonArray().add("ip").add("referrer"))
            : null);
    return decision.toBuffer();
  }

  private JsonObject key(String presented) {
    int number = numbers.computeIfAbsent(presented, key -> numbers.size() + 1);
    return new JsonObject()
        .put("id", number)
        .put("key_id", "key-" + number)
        .put("name", "Key " + number)
        .put("organization_id", 1)
        .put("owner", "team@example.com")
        .put("environment", "production")
        .put(
            "scopes",
            new JsonArray().add("agents:read").add("agents:write").add("deployments:read"))
        .put("metadata", new JsonObject())
        .putNull("expires_at");
  }
}
