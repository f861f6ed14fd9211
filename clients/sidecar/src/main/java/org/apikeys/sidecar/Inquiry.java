package org.apikeys.sidecar;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.client.Call;
import org.apikeys.client.Verdict;

/** Asks the server about calls, without a thread that waits. */
final class Inquiry {
  private final ApiKeysClient client;
  private final HttpClient http;
  private final RequestOptions options;
  private final long timeoutMillis;

  Inquiry(Vertx vertx, ApiKeysClient client, Settings settings) {
    this.client = client;
    http = Relay.client(vertx, settings);
    timeoutMillis = settings.timeout().toMillis();
    options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(settings.server().resolve("." + ApiKeysClient.Asking.PATH).toString())
            .putHeader("X-API-Key", settings.key())
            .putHeader("Content-Type", "application/json");
  }

  /** Asks, and hands the verdict on. */
  void ask(Call call, Consumer<Verdict> then) {
    ApiKeysClient.Asking asking = client.asking(call);
    Verdict decided = asking.decided();
    if (decided != null) {
      then.accept(decided);
      return;
    }
    http.request(options)
        .compose(request -> request.send(asking.body()))
        .compose(
            answer -> answer.body().map(body -> new Answered(answer.statusCode(), body.toString())))
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onComplete(
            answer -> then.accept(asking.answered(answer.status(), answer.body())),
            failure -> then.accept(asking.failed()));
  }

  private record Answered(int status, String body) {}
}
