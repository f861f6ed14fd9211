package org.apikeys.web.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apikeys.web.contract.Contract.Operation;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every POST of the document that creates takes an {@code Idempotency-Key}: one that answers 201,
 * or 202 with a place and is no change of what is there. Sent again it comes to the same outcome,
 * which says so and holds no secret, and with another body it is refused.
 */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatedCreationsIT {
  private static final String HEADER = "Idempotency-Key";
  private static final List<String> SECRETS = List.of("/key", "/secret", "/data/key");
  private static final List<String> THE_OPERATORS =
      List.of("createUser", "createOrganization", "purgeAuditLog");

  private final Contract contract = Contract.read();
  private final Promise promise = new Promise(contract);
  private final Belongings belongings;
  private final Api admin;
  private final Api operator;

  /** What each is sent, another body each time. */
  private final Map<String, Supplier<Map<String, ?>>> bodies;

  RepeatedCreationsIT(RunningServer server, Tenant tenant) {
    belongings = new Belongings(tenant);
    admin = tenant.admin();
    operator = server.admin();
    String key = belongings.key().keyId();
    bodies =
        Map.ofEntries(
            Map.entry("createUser", () -> person(tenant)),
            Map.entry("createOrganization", RepeatedCreationsIT::named),
            Map.entry("createKey", RepeatedCreationsIT::named),
            Map.entry("changeCredits", () -> Map.of("amount", 1, "reason", Unique.name("bought"))),
            Map.entry("createHold", () -> renamed(Belongings.hold())),
            Map.entry("createAlertRule", () -> renamed(Belongings.rule(key))),
            Map.entry("createReportJob", new Months()),
            Map.entry("createReportSchedule", () -> renamed(Belongings.schedule(tenant))),
            Map.entry("runReportSchedule", Map::of),
            Map.entry("purgeAuditLog", new LongAgo()),
            Map.entry("generateUserKey", RepeatedCreationsIT::userKey),
            Map.entry("createDashboardKey", RepeatedCreationsIT::named),
            Map.entry("createPermissionSet", Belongings::set),
            Map.entry("submitKeyRequest", Belongings::wish),
            Map.entry("commentKeyRequest", () -> Map.of("text", Unique.name("hm"))),
            Map.entry("createWebhook", RepeatedCreationsIT::hook),
            Map.entry("openCampaign", () -> renamed(Belongings.campaign())));
  }

  private static Map<String, ?> named() {
    return Map.of("name", Unique.name("once"));
  }

  private static Map<String, ?> renamed(Map<String, ?> body) {
    Map<String, Object> renamed = new LinkedHashMap<>(body);
    renamed.put("name", Unique.name("once"));
    return renamed;
  }

  private static Map<String, ?> person(Tenant tenant) {
    return Map.of(
        "username", Unique.name("once"),
        "password", "pw-" + Unique.name("of") + "-Zq7",
        "roles", List.of("developer"),
        "organization_id", tenant.id());
  }

  private static Map<String, ?> userKey() {
    return Map.of("email", Unique.name("user") + "@example.com", "key_name", "Production Key");
  }

  private static Map<String, ?> hook() {
    return Map.of(
        "url",
        "https://no-such-host.invalid/" + Unique.name("h"),
        "events",
        List.of("webhook.created"));
  }

  /** Reports have no name to tell them by. */
  private static final class Months implements Supplier<Map<String, ?>> {
    private int month;

    @Override
    public Map<String, ?> get() {
      month++;
      return Map.of("report", "access-review", "format", "json", "month", "2026-0" + month);
    }
  }

  private static final class LongAgo implements Supplier<Map<String, ?>> {
    private int day;

    @Override
    public Map<String, ?> get() {
      day++;
      return Map.of("before", "2001-01-0" + day + "T00:00:00Z");
    }
  }

  @TestFactory
  Stream<DynamicTest> areMadeOnce() {
    return contract.operations().stream()
        .filter(operation -> operation.verb().equals("POST") && creates(operation))
        .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> isMadeOnce(operation)));
  }

  private static boolean creates(Operation operation) {
    boolean changes =
        operation.parametersIn("header").stream()
            .anyMatch(header -> header.path("name").asText().equals("If-Match"));
    return operation.responses().has("201")
        || (!changes && operation.responses().path("202").path("headers").has("Location"));
  }

  private void isMadeOnce(Operation operation) {
    assertThat(operation.parametersIn("header"))
        .extracting(header -> header.path("name").asText())
        .contains(HEADER);
    assertThat(operation.responses().has("422")).isTrue();
    Supplier<Map<String, ?>> bodiesOfIt =
        Objects.requireNonNull(bodies.get(operation.id()), "what to send");
    String path = belongings.fill(operation.path());
    Api caller = THE_OPERATORS.contains(operation.id()) ? operator : admin;
    Api retrying = caller.header(HEADER, Unique.name("retry"));
    Map<String, ?> body = bodiesOfIt.get();
    int status = operation.responses().has("201") ? 201 : 202;

    Answer first = retrying.post(path, body).expect(status);
    Answer second = retrying.post(path, body).expect(status);

    promise.isTheAnswer(operation, first);
    promise.isTheAnswer(operation, second);
    assertThat(first.at("/replayed").asBoolean(false)).as("%s", first).isFalse();
    assertThat(second.at("/replayed").asBoolean()).as("%s", second).isTrue();
    assertThat(second.header("location")).isEqualTo(first.header("location"));
    for (String id : List.of("/id", "/data/id", "/keyPrefix", "/balance")) {
      assertThat(second.at(id)).isEqualTo(first.at(id));
    }
    for (String secret : SECRETS) {
      JsonNode shown = first.at(secret);
      if (!shown.isMissingNode()) {
        assertThat(shown.isTextual()).isTrue();
        assertThat(second.at(secret).isNull()).as("%s of %s", secret, second).isTrue();
        assertThat(second.body()).doesNotContain(shown.asText());
      }
    }
    if (operation.takesABody()) {
      Answer other = retrying.post(path, bodiesOfIt.get());
      assertThat(other.status()).as("%s", other).isEqualTo(422);
    }
  }
}
