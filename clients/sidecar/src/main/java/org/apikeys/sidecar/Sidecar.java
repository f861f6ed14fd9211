package org.apikeys.sidecar;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
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

  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_HEADERS = 16_384;
  private static final int IDLE_SECONDS = 75;
  private static final long STOP_SECONDS = 10;

  private final Vertx vertx;
  private final ApiKeysClient client;
  private final Inquiry inquiry;
  private final Relay relay;
  private final ForwardedCalls forwarded;
  private final VerifiedCalls verified;
  private final Condition condition;
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
    inquiry = new Inquiry(vertx, client, settings);
    relay = new Relay(vertx, settings);
    forwarded = new ForwardedCalls(settings);
    condition = new Condition(client, settings.staleLimit());
    verified = new VerifiedCalls(settings);
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
              .setHttp2ClearTextEnabled(false)
              .setHandle100ContinueAutomatically(true);
      Grants grants = new Grants(forwarded, verified, client::tryVerify);
      vertx
          .createHttpServer(options)
          .connectionHandler(connection -> ShortWay.into(connection, grants, IDLE_SECONDS))
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
    ShortWay way = ShortWay.of(request.connection());
    if (way != null) {
      request.response().endHandler(end -> way.answered());
      request.endHandler(end -> way.whole());
    }
    Exchange exchange = Exchange.of(request);
    String path = String.valueOf(request.path());
    switch (path) {
      case AUTHORIZE -> authorize(exchange);
      case VERIFY ->
          readBody(
              exchange,
              body -> {
                if (way != null) {
                  way.whole();
                }
                verify(exchange, body);
              });
      case Condition.LIVE, Condition.READY, Condition.METRICS -> condition.answer(exchange, path);
      default ->
          exchange.refuse(
              new ProblemException(ProblemType.NOT_FOUND, "There is nothing at this path."));
    }
  }

  private void authorize(Exchange exchange) {
    forwarded
        .read(Question.of(exchange.request()))
        .ifPresentOrElse(
            call -> decide(exchange, call, Answers::authorize),
            () -> relay.pass(exchange, Buffer.buffer(), Relay.Trust.REFUSALS));
  }

  private void verify(Exchange exchange, Buffer body) {
    if (body.length() > MOST_BYTES) {
      exchange.refuse(
          new ProblemException(
              ProblemType.PAYLOAD_TOO_LARGE, "A request has at most 1 MiB (1048576 bytes)."));
      return;
    }
    verified
        .read(Question.of(exchange.request()), body)
        .ifPresentOrElse(
            call -> decide(exchange, call, Answers::verify),
            () -> relay.pass(exchange, body, Relay.Trust.ALL));
  }

  private void decide(Exchange exchange, Call call, BiConsumer<Exchange, Verdict> answer) {
    ShortWay way = ShortWay.of(exchange.request().connection());
    ShortWay.Tried tried = way == null ? null : way.takeTried();
    Optional<Verdict> here =
        tried == null ? client.tryVerify(call) : Optional.ofNullable(tried.verdict());
    here.ifPresentOrElse(
        verdict -> answer.accept(exchange, verdict),
        () -> inquiry.ask(call, verdict -> answer.accept(exchange, verdict)));
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
        .endHandler(end -> then.read(body));
  }
}
