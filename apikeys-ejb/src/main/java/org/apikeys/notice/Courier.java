package org.apikeys.notice;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.apikeys.notice.Outbox.Attempted;
import org.apikeys.notice.Outbox.Parcel;
import org.apikeys.setting.Settings;

/**
 * Posts signed messages. No redirect is followed, no cookie kept and nothing of the answer read but
 * its status.
 */
@ApplicationScoped
class Courier {
  private static final Timeout CONNECTING = Timeout.ofSeconds(5);
  private static final Timeout ANSWERING = Timeout.ofSeconds(10);

  /** In all, however often a byte comes. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final String NO_ANSWER = "no answer in time";

  /** A stranger's answer fills no memory: the client keeps all of a header until it ends. */
  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build();

  private final Supplier<CloseableHttpClient> clients;
  private final ScheduledThreadPoolExecutor deadlines;
  private volatile CloseableHttpClient client;

  @Inject
  Courier(Settings settings) {
    this(() -> client(new OutboundAddresses(settings.webhooksAllowPrivate())));
  }

  /** With other clients than {@link #client}'s. */
  Courier(Supplier<CloseableHttpClient> clients) {
    this.clients = clients;
    deadlines = new ScheduledThreadPoolExecutor(1, Courier::watchman);
    deadlines.setRemoveOnCancelPolicy(true);
    client = clients.get();
  }

  static CloseableHttpClient client(DnsResolver addresses) {
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(addresses)
                .setConnectionFactory(
                    ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDS).build())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(CONNECTING)
                        .setSocketTimeout(ANSWERING)
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(ANSWERING)
                .setConnectionRequestTimeout(ANSWERING)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .setUserAgent("apikeys-webhooks")
        .build();
  }

  @SuppressWarnings("NullAway")
  protected Courier() {
    clients = null;
    deadlines = null;
    client = null;
  }

  private static Thread watchman(Runnable work) {
    Thread thread = new Thread(work, "apikeys-webhook-deadlines");
    thread.setDaemon(true);
    return thread;
  }

  @PreDestroy
  void close() {
    deadlines.shutdownNow();
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Attempted deliver(Parcel parcel, Instant now) {
    HttpPost post = new HttpPost(parcel.url());
    post.setHeader("webhook-id", parcel.messageId());
    post.setHeader("webhook-timestamp", Long.toString(now.getEpochSecond()));
    post.setHeader(
        "webhook-signature",
        WebhookSignature.of(
            parcel.secret(), parcel.messageId(), now.getEpochSecond(), parcel.payload()));
    post.setEntity(
        new StringEntity(
            parcel.payload(), ContentType.APPLICATION_JSON.withCharset(StandardCharsets.UTF_8)));
    Future<?> deadline =
        deadlines.schedule(post::cancel, LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    // closed unread: an endless answer costs nothing
    try (ClassicHttpResponse answer = client.executeOpen(null, post, null)) {
      int status = answer.getCode();
      post.cancel();
      boolean taken = status >= 200 && status < 300;
      return new Attempted(status, taken ? null : "answered " + status);
    } catch (IOException e) {
      return new Attempted(null, deadline.isDone() ? NO_ANSWER : reason(e));
    } catch (Error e) {
      // the client shuts itself down for good then
      client = clients.get();
      throw e;
    } finally {
      deadline.cancel(false);
    }
  }

  private static String reason(IOException e) {
    return switch (e.getClass().getSimpleName()) {
      case "UnknownHostException" ->
          "the name has no address, or one that messages may not be sent to";
      case "SocketTimeoutException", "ConnectTimeoutException" -> NO_ANSWER;
      case "HttpHostConnectException", "ConnectException" -> "nobody listens there";
      case "MessageConstraintException" -> "its answer has headers without end";
      case "SSLHandshakeException", "SSLPeerUnverifiedException", "SSLException" ->
          "no trusted TLS connection";
      default -> "the connection failed";
    };
  }
}
