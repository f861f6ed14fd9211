package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every operation that changes something leaves one record, and no secret in it. */
@ExtendWith(SharedServer.class)
class CoverageIT {
  /** Operations that are no changes for the log, and why. */
  private static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("verifyKey", "a verification is usage; its denial is counted in the log"),
          Map.entry("authorizePost", "as verifyKey"),
          Map.entry("authorizePut", "as verifyKey"),
          Map.entry("authorizeDelete", "as verifyKey"),
          Map.entry("authorizePatch", "as verifyKey"),
          Map.entry("reportUsage", "usage"),
          Map.entry("tryPolicies", "a dry run changes nothing"),
          Map.entry("replayKey", "a dry run changes nothing"),
          Map.entry("dryRunAlertRule", "a dry run changes nothing"),
          Map.entry("previewKeyRequest", "a dry run changes nothing"),
          Map.entry("renewToken", "the session goes on, and nothing is stored"),
          Map.entry("renewOpenIdToken", "as renewToken"),
          Map.entry("exchangeOpenIdCode", "needs a provider; OpenIdSignInIT looks at its record"),
          Map.entry("reportLeaks", "its signer is somebody else; LeaksIT looks at its records"),
          Map.entry(
              "undoAlertAnswer", "needs a rule that has answered; its door is resolveAlert's"),
          Map.entry("readNotice", "whether a person has read a message is nobody else's concern"),
          Map.entry("readAllNotices", "as readNotice"),
          Map.entry("testWebhook", "a message goes out; no state but its delivery changes"),
          Map.entry(
              "cancelReportJob",
              "the report may be made before it is given up; ReportJobContract looks at its record"),
          Map.entry("resendWebhookDelivery", "as testWebhook"));

  /** Calls in which two things happen, each with its record. */
  private static final Map<String, Set<String>> TWO_THINGS =
      Map.of(
          // a key begins, and the wait of the request for it ends
          "claimKey", Set.of("key.created", "key.claimed"),
          // the key ends, by the same hand
          "retireCampaignItem", Set.of("campaign.updated", "key.revoked"),
          // the answer of the older system shows the whole key to those who may reveal keys
          "deleteDashboardKey", Set.of("key.revoked", "key.revealed"));

  private static final Set<String> CHANGING = Set.of("post", "put", "delete", "patch");
  private static final Set<String> SECRET_FIELDS =
      Set.of(
          "key",
          "secret",
          "password",
          "passphrase",
          "access_token",
          "custom_key",
          "hash",
          "hmac_secret",
          "apiKey",
          "api_key");
  private static final int SHORTEST_SECRET = 12;

  private final RunningServer server;
  private final Tenant tenant;
  private final Mutations mutations;

  CoverageIT(RunningServer server, Tenant tenant) {
    this.server = server;
    this.tenant = tenant;
    mutations = new Mutations(server);
  }

  private static Set<String> changingOperations() throws IOException {
    Set<String> ids = new TreeSet<>();
    try (InputStream file = CoverageIT.class.getResourceAsStream("/META-INF/openapi.yaml")) {
      for (JsonNode path : new YAMLMapper().readTree(file).path("paths")) {
        for (Map.Entry<String, JsonNode> operation : path.properties()) {
          if (CHANGING.contains(operation.getKey())) {
            ids.add(operation.getValue().path("operationId").asText());
          }
        }
      }
    }
    return ids;
  }

  @Test
  void everyOperationThatChangesSomethingHasAnExampleOrAReason() throws IOException {
    Set<String> known = new TreeSet<>(mutations.calls().keySet());
    known.addAll(EXCEPTIONS.keySet());
    assertThat(known).containsExactlyInAnyOrderElementsOf(changingOperations());
  }

  @TestFactory
  Stream<DynamicTest> leavesOneRecordWithoutASecret() {
    return mutations.calls().entrySet().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey(), () -> leavesOneRecord(one.getKey(), one.getValue())));
  }

  private void leavesOneRecord(String id, Function<Tenant, Mutations.Call> prepared) {
    Mutations.Call call = prepared.apply(tenant);
    String requestId = Unique.name("cover");
    Answer answer;
    try {
      answer = call.make(requestId);
    } finally {
      call.after().run();
    }
    assertThat(answer.status()).as("%s", answer).isBetween(200, 299);
    Api auditor = server.admin();
    JsonNode events =
        auditor.get(Log.AUDIT + "/events?size=50&q=" + requestId).expect(200).at("/events");
    Set<String> two = TWO_THINGS.get(id);
    if (two == null) {
      assertThat(events).as("records of %s", id).hasSize(1);
    } else {
      assertThat(Json.texts(events, "action")).containsExactlyInAnyOrderElementsOf(two);
    }
    Set<String> secrets = secrets(call.body(), answer);
    for (JsonNode event : events) {
      assertThat(event.path("outcome").asText()).isEqualTo("success");
      assertThat(event.path("request_id").asText()).isEqualTo(requestId);
      String leaf =
          auditor
              .get(Log.AUDIT + "/events/" + event.path("sequence").asLong() + "/leaf")
              .expect(200)
              .body();
      for (String secret : secrets) {
        assertThat(event.toString()).as("record of %s", id).doesNotContain(secret);
        assertThat(leaf).as("leaf of %s", id).doesNotContain(secret);
      }
    }
  }

  /** What must not be in a record: secrets that were sent, and those that came back. */
  private static Set<String> secrets(@Nullable Object body, Answer answer) {
    Set<String> secrets = new HashSet<>();
    if (body != null) {
      collect(Json.read(Json.write(body)), secrets);
    }
    if (answer.header("content-type").orElse("").contains("json")) {
      collect(answer.json(), secrets);
    }
    return secrets;
  }

  private static void collect(JsonNode node, Set<String> secrets) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String value = field.getValue().asText();
      if (SECRET_FIELDS.contains(field.getKey()) && value.length() >= SHORTEST_SECRET) {
        secrets.add(value);
      }
    }
    node.forEach(child -> collect(child, secrets));
  }
}
