package org.apikeys.sidecar;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Hands a question on to the server as it is, and the server's answer back. */
final class Relay {
  /**
   * What belongs to one connection (RFC 9110, 7.6.1), and what the client of Vert.x sets itself.
   */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "host",
          "content-length",
          "date",
          "x-request-id",
          "x-content-type-options");

  private static final int MOST_CONNECTIONS = 32;

  /** Shorter than the server keeps a connection that nobody uses. */
  private static final int KEPT_SECONDS = 20;

  private static final int REFUSED = 400;

  private final HttpClient client;
  private final URI server;
  private final long timeoutMillis;

  Relay(Vertx vertx, Settings settings) {
    server = settings.server();
    timeoutMillis = settings.timeout().toMillis();
    client = client(vertx, settings);
  }

  /** A client for the server. */
  static HttpClient client(Vertx vertx, Settings settings) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setConnectTimeout((int) settings.timeout().toMillis())
            .setSsl("https".equals(settings.server().getScheme()))
            .setKeepAliveTimeout(KEPT_SECONDS)
            .setVerifyHost(true),
        new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
  }

  /** Which answers are handed back. */
  enum Trust {
    ALL,
    /**
     * Refusals alone. The server sees this sidecar where the client should be: what it would grant
     * here, it might not grant the client.
     */
    REFUSALS
  }

  void pass(Exchange exchange, Buffer body, Trust trust) {
    HttpServerRequest request = exchange.request();
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setAbsoluteURI(server.resolve(".") + request.uri().substring(1));
    client
        .request(options)
        .compose(asked -> send(exchange, asked, body))
        .compose(answer -> answer.body().map(bytes -> answer(exchange, answer, bytes, trust)))
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(failure -> exchange.refuse(Exchange.unavailable()));
  }

  private static Future<HttpClientResponse> send(
      Exchange exchange, HttpClientRequest asked, Buffer body) {
    copy(exchange.request().headers(), asked.headers());
    asked.putHeader("X-Request-Id", exchange.id());
    String peer = exchange.request().connection().remoteAddress().hostAddress();
    // some proxies write a line of their own below the client's: read from the right, all count
    List<String> chain = new ArrayList<>(exchange.request().headers().getAll("X-Forwarded-For"));
    chain.add(peer);
    asked.putHeader("X-Forwarded-For", String.join(", ", chain));
    return asked.send(body);
  }

  private static boolean answer(
      Exchange exchange, HttpClientResponse answer, Buffer body, Trust trust) {
    if (exchange.response().ended()) {
      return false;
    }
    if (trust == Trust.REFUSALS && answer.statusCode() < REFUSED) {
      exchange.refuse(Exchange.unavailable());
      return false;
    }
    copy(answer.headers(), exchange.response().headers());
    exchange.response().setStatusCode(answer.statusCode()).end(body);
    return true;
  }

  private static void copy(MultiMap from, MultiMap to) {
    from.forEach(
        header -> {
          if (!OF_THE_CONNECTION.contains(header.getKey().toLowerCase(Locale.ROOT))) {
            to.add(header.getKey(), header.getValue());
          }
        });
  }
}
