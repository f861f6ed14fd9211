package org.apikeys.sidecar;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.client.Call;
import org.apikeys.client.FailMode;
import org.apikeys.client.Verdict;

/** A running sidecar. */
public final class Sidecar implements AutoCloseable {
  static final String AUTHORIZE = "/api/v1/authorize";
  static final String VERIFY = "/api/v1/api-keys/verify";

  private static final int ASKING = 32;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_HEADERS = 16_384;
  private static final int IDLE_SECONDS = 75;
  private static final long STOP_SECONDS = 10;

  private final Vertx vertx;
  private final ApiKeysClient client;
  private final WorkerExecutor asking;
  private final Relay relay;
  private final ForwardedCalls forwarded;
  private final AskedCalls asked = new AskedCalls();
  private final Condition condition;
  private final byte[] gateway;
  private final AtomicInteger port = new AtomicInteger();

  private Sidecar(Settings settings) {
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(settings.threads())
                .setPreferNativeTransport(true));
    client =
        ApiKeysClient.of(settings.server(), settings.key())
            .timeout(settings.timeout())
            .failMode(FailMode.LAST_KNOWN)
            .staleLimit(settings.staleLimit())
            .spool(settings.spool())
            .cacheSize(settings.cachedKeys())
            .start();
    asking = vertx.createSharedWorkerExecutor("asks the server", ASKING);
    relay = new Relay(vertx, settings);
    forwarded = new ForwardedCalls(settings);
    condition = new Condition(client, settings.staleLimit());
    gateway = settings.key().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @throws ExecutionException when it can't listen
   */
  static Sidecar start(Settings settings) throws ExecutionException, InterruptedException {
    Sidecar sidecar = new Sidecar(settings);
    try {
      sidecar
          .vertx
          .deployVerticle(
              () -> sidecar.new Listener(settings),
              new DeploymentOptions().setInstances(settings.threads()))
          .toCompletionStage()
          .toCompletableFuture()
          .get();
      return sidecar;
    } catch (ExecutionException | InterruptedException e) {
      sidecar.close();
      throw e;
    }
  }

  /** What it listens on. */
  int port() {
    return port.get();
  }

  @Override
  public void close() {
    CountDownLatch closed = new CountDownLatch(1);
    vertx.close().onComplete(done -> closed.countDown());
    try {
      closed.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // last, so that the calls that were answered until now are reported
    client.close();
  }

  /** One of the threads that answer. */
  private final class Listener extends AbstractVerticle {
    private final Settings settings;

    Listener(Settings settings) {
      this.settings = settings;
    }

    @Override
    public void start(Promise<Void> started) {
      HttpServerOptions options =
          new HttpServerOptions()
              .setHost(settings.host())
              .setPort(settings.port() == 0 ? -1 : settings.port())
              .setMaxHeaderSize(MOST_HEADERS)
              .setMaxInitialLineLength(MOST_HEADERS)
              .setIdleTimeout(IDLE_SECONDS)
              .setHttp2ClearTextEnabled(false)
              .setHandle100ContinueAutomatically(true);
      vertx
          .createHttpServer(options)
          .requestHandler(Sidecar.this::answer)
          .listen()
          .<Void>map(
              server -> {
                port.set(server.actualPort());
                return null;
              })
          .onComplete(started);
    }
  }

  private void answer(HttpServerRequest request) {
    Exchange exchange = Exchange.of(request);
    String path = String.valueOf(request.path());
    switch (path) {
      case AUTHORIZE -> authorize(exchange);
      case VERIFY -> readBody(exchange, body -> verify(exchange, body));
      case Condition.LIVE, Condition.READY, Condition.METRICS -> condition.answer(exchange, path);
      default ->
          exchange.refuse(
              new ProblemException(ProblemType.NOT_FOUND, "There is nothing at this path."));
    }
  }

  private void authorize(Exchange exchange) {
    forwarded
        .read(exchange.request())
        .ifPresentOrElse(
            call -> decide(exchange, call, Answers::authorize),
            () -> relay.pass(exchange, Buffer.buffer(), Relay.Trust.REFUSALS));
  }

  private void verify(Exchange exchange, Buffer body) {
    if (!isPlain(exchange.request())) {
      relay.pass(exchange, body, Relay.Trust.ALL);
      return;
    }
    asked
        .read(body)
        .ifPresentOrElse(
            call -> decide(exchange, call, Answers::verify),
            () -> relay.pass(exchange, body, Relay.Trust.ALL));
  }

  /** Whether the sidecar's own key asks, in the usual way. */
  private boolean isPlain(HttpServerRequest request) {
    String type = request.getHeader("Content-Type");
    return request.method().equals(HttpMethod.POST)
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith("application/json")
        && Credential.of(request.headers(), Settings.Query.NONE, request.query())
            .filter(key -> MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), gateway))
            .isPresent();
  }

  private void decide(Exchange exchange, Call call, BiConsumer<Exchange, Verdict> answer) {
    client
        .tryVerify(call)
        .ifPresentOrElse(
            verdict -> answer.accept(exchange, verdict),
            () ->
                asking
                    .executeBlocking(() -> client.ask(call), false)
                    .onSuccess(verdict -> answer.accept(exchange, verdict))
                    .onFailure(failure -> exchange.refuse(Exchange.unavailable())));
  }

  private interface Body {
    void read(Buffer whole);
  }

  private static void readBody(Exchange exchange, Body then) {
    Buffer body = Buffer.buffer();
    exchange
        .request()
        .handler(
            chunk -> {
              if (body.length() <= MOST_BYTES) {
                body.appendBuffer(chunk);
              }
            })
        .endHandler(
            end -> {
              if (body.length() > MOST_BYTES) {
                exchange.refuse(
                    new ProblemException(
                        ProblemType.PAYLOAD_TOO_LARGE,
                        "A request has at most 1 MiB (1048576 bytes)."));
              } else {
                then.read(body);
              }
            });
  }
}
