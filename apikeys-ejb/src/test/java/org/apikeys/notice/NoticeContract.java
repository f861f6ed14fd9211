package org.apikeys.notice;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.Retention;
import org.apikeys.audit.RetentionOrder;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.notice.Webhooks.DeliveryView;
import org.apikeys.notice.Webhooks.Made;
import org.apikeys.notice.Webhooks.Order;
import org.apikeys.request.Approvals;
import org.apikeys.request.RequestDeadlines;
import org.apikeys.request.RequestDesk;
import org.apikeys.request.RequestKind;
import org.apikeys.request.RequestView;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Who is told what, and how. */
interface NoticeContract {

  TestStore store();

  private TestServices services(Map<String, String> settings) {
    TestServices services = new TestServices(store().emptied(), settings);
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(2, TestStore.DEFAULT, "dora", "developer");
    store().addPerson(3, TestStore.DEFAULT, "max", "manager");
    store().execute("UPDATE person SET email = 'max@example.com' WHERE username = 'max'");
    return services;
  }

  private static RequestView asked(TestServices services) {
    return services
        .get(RequestDesk.class)
        .askForKey(
            DORA,
            RequestKind.NEW_KEY,
            Orders.from("{\"name\": \"shop\"}"),
            "deploys\nBcc: somebody");
  }

  private static List<String> events(TestServices services, Caller caller) {
    return services.get(Inbox.class).list(caller, false, 1, 50).items().stream()
        .map(Inbox.NoticeView::event)
        .toList();
  }

  @Test
  default void theInboxTellsApproversAndThenTheRequester() {
    TestServices services = services(Map.of());
    Inbox inbox = services.get(Inbox.class);
    RequestView request = asked(services);

    assertThat(events(services, MAX)).containsExactly("request.submitted");
    assertThat(events(services, DORA)).isEmpty();
    assertThat(inbox.unread(MAX)).isEqualTo(1);
    long id = inbox.list(MAX, true, 1, 10).items().get(0).id();
    assertThatThrownBy(() -> inbox.read(DORA, id)).isInstanceOf(ProblemException.class);
    assertThat(inbox.read(MAX, id).read()).isTrue();
    assertThat(inbox.unread(MAX)).isZero();

    services.get(Approvals.class).reject(MAX, request.id(), "not now", null);
    assertThat(inbox.list(DORA, false, 1, 10).items())
        .singleElement()
        .satisfies(
            notice -> {
              assertThat(notice.title()).contains("shop");
              assertThat(notice.text()).contains("not now");
              assertThat(notice.link()).endsWith("/" + request.id());
            });
    assertThat(inbox.readAll(DORA)).isEqualTo(1);
  }

  @Test
  default void forgetsNoticesWhenRetentionSays() {
    TestServices services = services(Map.of());
    services
        .get(Retention.class)
        .change(Orders.admin(), new RetentionOrder(Map.of(Retention.NOTICES, "P30D")));
    asked(services);
    services.clock().forward(Duration.ofDays(29));
    services.get(Outbox.class).prune();
    assertThat(events(services, MAX)).containsExactly("request.submitted");

    services.clock().forward(Duration.ofDays(2));
    services.get(Outbox.class).prune();
    assertThat(events(services, MAX)).isEmpty();
  }

  /** Even with a plan from when there were none: nobody reads their notices meanwhile. */
  @Test
  default void looksAtEachNoticeOnceToForgetIt() {
    TestServices services = services(Map.of());
    services.get(Outbox.class).prune();
    store()
        .execute(
            "INSERT INTO notice (id, organization_id, person_key, event, title, body, created_at)"
                + " VALUES (1, 1, 'max', 'key.expiring', 'title', 'body', "
                + services.clock().instant().toEpochMilli()
                + ")");
    int notices = 1;
    for (; notices < 16_384; notices *= 2) {
      store()
          .execute(
              "INSERT INTO notice (id, organization_id, person_key, event, title, body, created_at)"
                  + (" SELECT id + " + notices + ", organization_id, person_key, event, title,")
                  + " body, created_at FROM notice");
    }
    assertTimeout(Duration.ofSeconds(20), () -> services.get(Outbox.class).prune());
    assertThat(services.get(Inbox.class).list(MAX, false, 1, 1).total()).isEqualTo(notices);
  }

  @Test
  default void approversAreRemindedAndThenOthersTold() {
    TestServices services = services(Map.of());
    asked(services);
    services.clock().forward(Duration.ofHours(25));
    services.get(RequestDeadlines.class).run();
    services.get(RequestDeadlines.class).run();
    assertThat(events(services, MAX)).containsExactly("request.reminder", "request.submitted");

    services.clock().forward(Duration.ofDays(3));
    services.get(RequestDeadlines.class).run();
    services.get(RequestDeadlines.class).run();
    assertThat(events(services, Orders.admin())).contains("request.escalated");
    assertThat(events(services, Orders.admin()).stream().filter("request.escalated"::equals))
        .hasSize(1);
  }

  @Test
  default void mailIsSentByTheServerThatIsSet() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try {
      TestServices services =
          services(
              Map.of(
                  "apikeys.mail.host", "127.0.0.1",
                  "apikeys.mail.port", Integer.toString(server.getSmtp().getPort()),
                  "apikeys.mail.tls", "none",
                  "apikeys.mail.from", "keys@example.com"));
      asked(services);
      assertThat(server.getReceivedMessages()).as("before the commit is seen").isEmpty();
      services.get(MailSender.class).run();
      services.get(MailSender.class).run();

      assertThat(server.waitForIncomingEmail(10_000, 1)).isTrue();
      assertThat(server.getReceivedMessages()).hasSize(1);
      var message = server.getReceivedMessages()[0];
      assertThat(message.getAllRecipients()[0]).hasToString("max@example.com");
      assertThat(message.getSubject()).contains("shop");
      assertThat(message.getHeader("Bcc")).isNull();
      assertThat(GreenMailUtil.getBody(message)).contains("deploys");
      assertThat(store().number("SELECT COUNT(*) FROM mail")).isZero();
    } finally {
      server.stop();
    }
  }

  @Test
  default void mailThatCantBeSentStaysAndIsTriedAgain() {
    TestServices services =
        services(Map.of("apikeys.mail.host", "127.0.0.1", "apikeys.mail.port", "1"));
    asked(services);
    services.get(MailSender.class).run();
    assertThat(store().number("SELECT attempts FROM mail")).isEqualTo(1);
    services.get(MailSender.class).run();
    assertThat(store().number("SELECT attempts FROM mail")).as("not before its time").isEqualTo(1);
  }

  @Test
  default void mailThatWasGivenUpIsKeptAsLongAsNotices() {
    TestServices services =
        services(Map.of("apikeys.mail.host", "127.0.0.1", "apikeys.mail.port", "1"));
    services
        .get(Retention.class)
        .change(Orders.admin(), new RetentionOrder(Map.of(Retention.NOTICES, "P30D")));
    asked(services);
    for (int attempt = 0; attempt < 10; attempt++) {
      services.get(MailSender.class).run();
      services.clock().forward(Duration.ofDays(2));
    }
    assertThat(store().number("SELECT COUNT(*) FROM mail WHERE due_at IS NULL")).isEqualTo(1);
    services.clock().forward(Duration.ofDays(9));
    services.get(Outbox.class).prune();
    assertThat(store().number("SELECT COUNT(*) FROM mail")).isEqualTo(1);
    services.clock().forward(Duration.ofDays(2));
    services.get(Outbox.class).prune();
    assertThat(store().number("SELECT COUNT(*) FROM mail")).isZero();
  }

  /** What came in, and what is answered. */
  final class Target implements AutoCloseable {
    final HttpServer server;
    final Queue<Map<String, String>> received = new ConcurrentLinkedQueue<>();
    final AtomicInteger status = new AtomicInteger(204);

    Target() throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::take);
      server.start();
    }

    private void take(HttpExchange exchange) throws java.io.IOException {
      Map<String, String> message = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) ->
                  message.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
      message.put(
          "body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      message.put("path", exchange.getRequestURI().getPath());
      received.add(message);
      exchange.getResponseHeaders().add("Location", url("/elsewhere"));
      exchange.sendResponseHeaders(status.get(), -1);
      exchange.close();
    }

    String url(String path) {
      return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static Made hook(TestServices services, String url, String... events) {
    return services
        .get(Webhooks.class)
        .create(Orders.admin(), new Order(url, List.of(events), null, null));
  }

  private static List<DeliveryView> deliveries(TestServices services, Made hook) {
    return services.get(Webhooks.class).deliveries(Orders.admin(), hook.view().id(), 1, 50).items();
  }

  Map<String, String> INSIDE = Map.of("apikeys.webhooks.allow-private", "true");

  @Test
  default void aWebhookIsToldOfWhatItAskedForAndSigned() throws Exception {
    TestServices services = services(INSIDE);
    try (Target target = new Target()) {
      Made hook = hook(services, target.url("/hook"), "key.created");
      services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("told"));
      asked(services);
      assertThat(target.received).isEmpty();
      services.get(WebhookSender.class).run(Runnable::run);

      assertThat(target.received).hasSize(1);
      Map<String, String> message = target.received.remove();
      String id = String.valueOf(message.get("webhook-id"));
      String at = String.valueOf(message.get("webhook-timestamp"));
      assertThat(message.get("webhook-signature"))
          .isEqualTo(
              WebhookSignature.of(
                  hook.secret(), id, Long.parseLong(at), String.valueOf(message.get("body"))));
      assertThat(message.get("body"))
          .contains("\"type\":\"key.created\"", "told")
          .doesNotContain("sk_live");
      assertThat(deliveries(services, hook).get(0).status()).isEqualTo("delivered");
    }
  }

  @Test
  default void whatIsRolledBackIsNotTold() throws Exception {
    TestServices services = services(INSIDE);
    try (Target target = new Target()) {
      Made hook = hook(services, target.url("/hook"), "*");
      assertThatThrownBy(
              () ->
                  store()
                      .inTransaction(
                          () -> {
                            services
                                .get(KeyIssuer.class)
                                .issue(Orders.admin(), Orders.aKey("never"));
                            throw new IllegalStateException("no");
                          }))
          .isInstanceOf(IllegalStateException.class);
      services.get(WebhookSender.class).run(Runnable::run);
      assertThat(deliveries(services, hook)).noneMatch(one -> one.event().equals("key.created"));
    }
  }

  @Test
  default void failuresAreTriedAgainUntilTheyAreDeadAndCanBeResent() throws Exception {
    TestServices services = services(INSIDE);
    try (Target target = new Target()) {
      target.status.set(302);
      Made hook = hook(services, target.url("/hook"), "key.created");
      services.get(Webhooks.class).test(Orders.admin(), hook.view().id());
      services.get(WebhookSender.class).run(Runnable::run);
      services.get(WebhookSender.class).run(Runnable::run);
      assertThat(target.received).as("no redirect followed, no attempt before its time").hasSize(1);
      assertThat(deliveries(services, hook).get(0))
          .satisfies(
              one -> {
                assertThat(one.status()).isEqualTo("pending");
                assertThat(one.responseStatus()).isEqualTo(302);
              });
      for (int i = 0; i < 10; i++) {
        services.clock().forward(Duration.ofHours(30));
        services.get(WebhookSender.class).run(Runnable::run);
      }
      assertThat(deliveries(services, hook).get(0).status()).isEqualTo("dead");
      assertThat(store().column("SELECT kind FROM alert_concern"))
          .as("people are told")
          .containsExactly("webhook_undeliverable");
      assertThat(target.received).hasSize(10);
      assertThat(target.received).allMatch(one -> "/hook".equals(one.get("path")));

      target.status.set(200);
      services
          .get(Webhooks.class)
          .resend(Orders.admin(), hook.view().id(), deliveries(services, hook).get(0).id());
      services.get(WebhookSender.class).run(Runnable::run);
      assertThat(deliveries(services, hook).get(0).status()).isEqualTo("delivered");
    }
  }

  @Test
  default void whatWaitsForAWebhookThatIsOffIsForgottenInTheEnd() {
    TestServices services = services(INSIDE);
    Made off = hook(services, "http://127.0.0.1:9/off", "*");
    Made on = hook(services, "http://127.0.0.1:9/on", "*");
    services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("told"));
    services.get(Webhooks.class).delete(Orders.admin(), off.view().id(), null);
    services.clock().forward(Duration.ofDays(89));
    services.get(Outbox.class).prune();
    assertThat(waiting(off)).isPositive();

    services.clock().forward(Duration.ofDays(2));
    services.get(Outbox.class).prune();
    assertThat(waiting(off)).isZero();
    assertThat(waiting(on)).as("is still to be delivered").isPositive();
  }

  private long waiting(Made hook) {
    return store()
        .number("SELECT COUNT(*) FROM webhook_delivery WHERE webhook_id = " + hook.view().id());
  }

  /** Takes connections and never answers. */
  final class Silent implements AutoCloseable {
    final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    Silent() throws IOException {}

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort() + "/";
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  default void receiversThatDoNotAnswerKeepNobodyElseWaiting() throws Exception {
    TestServices services = services(INSIDE);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Target target = new Target();
        Silent silent = new Silent()) {
      List<Made> dead = new ArrayList<>();
      for (int i = 0; i < Rounds.MOST_OF_ONE_ORGANIZATION - 1; i++) {
        dead.add(hook(services, silent.url(), "*"));
      }
      hook(services, target.url("/hook"), "key.created");
      for (int i = 0; i < 20; i++) {
        for (Made hook : dead) {
          services.get(Webhooks.class).test(Orders.admin(), hook.view().id());
        }
      }
      services.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("told"));
      long began = System.nanoTime();
      while (target.received.isEmpty() && System.nanoTime() - began < 60_000_000_000L) {
        services.get(WebhookSender.class).run(threads);
        Thread.sleep(50);
      }

      // one after the other, the sixty that nobody answers would take ten minutes
      assertThat(target.received).hasSize(1);
    } finally {
      // nothing of it is left when the next test empties the store
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  /** What a receiver answers is no more to be kept than it is to be read. */
  @Test
  default void anAnswerWhoseHeadersDoNotEndIsGivenUp() throws Exception {
    TestServices services = services(INSIDE);
    AtomicLong sent = new AtomicLong();
    try (Silent receiver = new Silent()) {
      Thread talker = new Thread(() -> talkWithoutEnd(receiver.socket, sent), "talks without end");
      talker.start();
      Made hook = hook(services, receiver.url(), "key.created");
      services.get(Webhooks.class).test(Orders.admin(), hook.view().id());
      services.get(WebhookSender.class).run(Runnable::run);
      assertThat(deliveries(services, hook).get(0).error()).contains("headers without end");
      talker.join();
      assertThat(sent.get()).isLessThan(20_000_000);
    }
  }

  private static void talkWithoutEnd(ServerSocket at, AtomicLong sent) {
    byte[] headers = "X-Header: and another one\r\n".repeat(1_000).getBytes(US_ASCII);
    try (Socket socket = at.accept();
        OutputStream out = socket.getOutputStream()) {
      out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
      while (sent.get() < 100_000_000) {
        out.write(headers);
        sent.addAndGet(headers.length);
      }
    } catch (IOException e) {
      // whoever reads has had enough
    }
  }

  @Test
  default void addressesInsideAreRefused() throws Exception {
    TestServices services = services(Map.of());
    for (String url :
        List.of(
            "http://127.0.0.1/x",
            "http://localhost/x",
            "http://10.1.2.3/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://[fd00::1]/",
            "ftp://example.com/",
            "https://user:secret@example.com/",
            "nonsense")) {
      assertThatThrownBy(() -> hook(services, url, "*"))
          .as(url)
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.errors().get(0).field()).isEqualTo("url"));
    }
    // an address that was allowed, or a name that means another one now, is refused when it is sent
    try (Target target = new Target()) {
      Made hook = hook(services, "https://example.com/hook", "*");
      store().execute("UPDATE webhook SET url = '" + target.url("/inside") + "'");
      services.get(Webhooks.class).test(Orders.admin(), hook.view().id());
      services.get(WebhookSender.class).run(Runnable::run);
      assertThat(target.received).isEmpty();
      assertThat(deliveries(services, hook))
          .noneMatch(one -> one.status().equals("delivered"))
          .anyMatch(one -> String.valueOf(one.error()).contains("may not be sent to"));
    }
  }

  @Test
  default void anotherOrganizationsWebhookDoesNotExist() {
    TestServices services = services(Map.of());
    store().addOrganization(900);
    Made hook = hook(services, "https://example.com/hook", "key.*");
    Caller stranger = Orders.person(9, "stranger", 900, "admin");
    Webhooks webhooks = services.get(Webhooks.class);
    for (Runnable call :
        List.<Runnable>of(
            () -> webhooks.read(stranger, hook.view().id()),
            () -> webhooks.delete(stranger, hook.view().id(), null),
            () -> webhooks.test(stranger, hook.view().id()),
            () -> webhooks.deliveries(stranger, hook.view().id(), 1, 10))) {
      assertThatThrownBy(call::run).isInstanceOf(ProblemException.class);
    }
    assertThatThrownBy(
            () ->
                webhooks.create(
                    Orders.admin(),
                    new Order("https://example.com", List.of("*"), new Secret("whsec_x"), null)))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> hook(services, "https://example.com", "no.such"))
        .isInstanceOf(ProblemException.class);
  }
}
