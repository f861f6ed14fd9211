package org.apikeys.web.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.web.contract.Contract.Operation;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What belongs to another organization is not there, at every path of the document that names one
 * thing: neither for an administrator nor for a machine with every scope, and told in the same
 * words as of what nobody has.
 */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignObjectsIT {
  private static final String MISSING = "999999999999999";
  private static final String V1 = "/api/v1/";

  /** Parameters of paths that name nothing of an organization, and why. */
  private static final Map<String, String> NOBODYS =
      Map.of(
          "/api/v1/reports/{report}", "the kind of a report about the caller's own organization",
          "/api/v1/plugins/{id}", "plugins are the installation's",
          "/api/v1/audit/purge/{id}", "purges are the installation's; a tenant is answered 403");

  /** What a call needs for its body to be right. */
  private static final Map<String, Object> BODIES =
      Map.ofEntries(
          Map.entry("updateUser", Map.of("is_active", false)),
          Map.entry("updateOrganization", Map.of("name", "mine")),
          Map.entry("updateKey", Map.of("name", "mine")),
          Map.entry("rotateKey", Map.of("overlap", "PT1H")),
          Map.entry("renewKey", Map.of("expires_at", "2099-01-01T00:00:00Z")),
          Map.entry("revokeKey", Map.of("reason", "mine")),
          Map.entry("changeCredits", Map.of("amount", 10, "reason", "mine")),
          Map.entry("changeAlertRule", Map.of("is_active", false)),
          Map.entry("changePermissionSet", Map.of("description", "mine")),
          Map.entry("approveKeyRequest", Map.of("digest", "0".repeat(64))),
          Map.entry("rejectKeyRequest", Map.of("reason", "mine")),
          Map.entry("commentKeyRequest", Map.of("text", "mine")),
          Map.entry("changeReportSchedule", Map.of("is_active", false)),
          Map.entry("changeWebhook", Map.of("is_active", false)),
          Map.entry("replayKey", Map.of("rate_limit", 5)),
          Map.entry("beginTrial", Map.of("scopes", List.of())));

  private final Contract contract = Contract.read();
  private final Belongings foreign;
  private final Api admin;
  private final Api machine;

  ForeignObjectsIT(RunningServer server) {
    foreign = new Belongings(server.newTenant());
    var own = server.newTenant();
    admin = own.admin();
    machine =
        server
            .anonymous()
            .withKey(
                own.key()
                    .with("scopes", List.copyOf(ManagementScope.DESCRIPTIONS.keySet()))
                    .unlimited()
                    .issue()
                    .value());
    own.newPerson("manager");
  }

  private Stream<Operation> ofOneThing() {
    return contract.operations().stream()
        .filter(operation -> operation.path().contains("{"))
        .filter(operation -> NOBODYS.keySet().stream().noneMatch(operation.path()::startsWith));
  }

  @Test
  void everyPathHasSomethingBehindIt() {
    assertThat(ofOneThing().map(Operation::path).filter(path -> !foreign.knows(path))).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> isNotThereForAnAdministratorOfAnother() {
    return ofOneThing().map(operation -> test(operation, admin));
  }

  @TestFactory
  Stream<DynamicTest> isNotThereForAMachineOfAnother() {
    return ofOneThing().map(operation -> test(operation, machine));
  }

  private DynamicTest test(Operation operation, Api caller) {
    return DynamicTest.dynamicTest(operation.id(), () -> isNotThere(operation, caller));
  }

  private void isNotThere(Operation operation, Api caller) {
    String path = foreign.fill(operation.path());
    Answer answer = caller.send(operation.verb(), path, body(operation));
    Answer missing = caller.send(operation.verb(), nothing(operation), body(operation));
    assertThat(answer.status()).as("%s, as %s", answer, missing).isEqualTo(missing.status());
    if (operation.path().startsWith("/api/user/")) {
      // this dialect answers 200 that a user has no key
      assertThat(withoutNames(answer)).isEqualTo(withoutNames(missing));
      return;
    }
    answer.expectProblem(404, "NOT_FOUND");
    assertThat(answer.text("/detail")).isEqualTo(missing.text("/detail"));
  }

  private @Nullable Object body(Operation operation) {
    Object body = BODIES.get(operation.id());
    if (body == null && operation.id().equals("delegateKeyRequest")) {
      return Map.of("to", "somebody", "until", "2026-12-31T00:00:00Z");
    }
    return body;
  }

  /** The path of the operation to what nobody has. */
  private static String nothing(Operation operation) {
    return operation
        .path()
        .replace("{email}", "nobody-" + MISSING + "@example.com")
        .replace("subjects/{id}", "subjects/user-" + MISSING)
        .replace("{generation}", "1")
        .replaceAll(Pattern.quote("{") + "[a-z_]+" + Pattern.quote("}"), MISSING);
  }

  private static String withoutNames(Answer answer) {
    return answer.body().replaceAll("[A-Za-z0-9.-]+@example.com", "somebody");
  }

  @Test
  void isNotThereWhereABodyOrAQueryNamesIt() {
    String key = foreign.key().keyId();
    for (Answer answer :
        List.of(
            admin.get(V1 + "analytics/usage?key=" + key),
            admin.get(V1 + "analytics/security?key=" + key),
            admin.get(V1 + "analytics/capacity?key=" + key),
            admin.post(
                V1 + "key-requests",
                Map.of(
                    "kind",
                    "renewal",
                    "key_id",
                    key,
                    "expires_at",
                    "2099-01-01T00:00:00Z",
                    "justification",
                    "mine")))) {
      answer.expectProblem(404, "NOT_FOUND");
    }
    for (Answer answer :
        List.of(
            admin.put("/api/keys", Map.of("id", foreign.dashboardKey(), "name", "mine")),
            admin.delete("/api/keys?id=" + foreign.dashboardKey()))) {
      answer.expect(404);
    }
    assertThat(admin.get(V1 + "alerts?key=" + key).expect(200).number("/total")).isZero();
    JsonNode events = admin.get(V1 + "audit/events?target=" + key).expect(200).at("/events");
    assertThat(events).isEmpty();
  }

  @Test
  void isStillAsItWas() {
    Answer key = foreign.tenant().admin().get(foreign.key().path()).expect(200);
    assertThat(key.requireHeader("etag")).isEqualTo(foreign.key().etag());
    assertThat(key.text("/status")).isEqualTo("active");
    assertThat(key.text("/name")).isEqualTo(foreign.key().name());
    for (String path :
        List.of(
            "users/{id}",
            "key-requests/{id}",
            "alert-rules/{id}",
            "permission-sets/{id}",
            "campaigns/{id}",
            "webhooks/{id}",
            "audit/holds/{id}",
            "alerts/{id}")) {
      foreign.tenant().admin().get(foreign.fill(V1 + path)).expect(200);
    }
  }
}
