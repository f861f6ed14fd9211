package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an auditor can check: leaves, checkpoints, proofs, the public key. */
@ExtendWith(SharedServer.class)
class ProofsIT {
  private static final String AUDIT = Log.AUDIT;

  private final Tenant tenant;
  private final Api auditor;
  private final Log log;

  ProofsIT(Tenant tenant) {
    this.tenant = tenant;
    auditor = tenant.person("auditor").api();
    log = new Log(auditor);
  }

  private JsonNode recordOf(IssuedKey key) {
    return auditor
        .get(AUDIT + "/events?action=key.created&target=" + key.keyId())
        .expect(200)
        .at("/events/0");
  }

  @Test
  void provesARecordFromItsBytesToTheSignature() {
    IssuedKey key = tenant.key().issue();
    JsonNode event = recordOf(key);
    long sequence = event.path("sequence").asLong();
    Answer leaf = auditor.get(AUDIT + "/events/" + sequence + "/leaf").expect(200);
    assertThat(leaf.requireHeader("content-type")).startsWith("application/octet-stream");
    assertThat(TreeHash.ofLeaf(leaf.body().getBytes(StandardCharsets.UTF_8)).base64())
        .isEqualTo(event.path("leaf_hash").asText());
    Checkpoint checkpoint = log.checkpoint();
    assertThat(checkpoint.size()).isGreaterThanOrEqualTo(sequence);
    assertThat(log.proves(event, checkpoint)).isTrue();
    assertThat(log.proves(event, log.checkpoint(sequence))).isTrue();
  }

  @Test
  void provesThatTheLogOnlyGrew() {
    Checkpoint before = log.checkpoint();
    tenant.key().issue();
    tenant.key().issue();
    Checkpoint after = log.checkpoint();
    assertThat(after.size()).isGreaterThanOrEqualTo(before.size() + 2);
    assertThat(log.grew(before, after)).isTrue();
    assertThat(log.checkpoint(before.size())).isEqualTo(before);
    for (long size : new long[] {1, before.size() / 2, before.size(), after.size()}) {
      assertThat(log.grew(log.checkpoint(Math.max(1, size)), after)).isTrue();
    }
  }

  @Test
  void coversAChangeWithoutBeingAsked() {
    Checkpoint before = log.checkpoint();
    tenant.key().issue();
    // a size that does not exist yet is refused, and asking for it signs nothing by itself
    Eventually.within(
        Duration.ofSeconds(5),
        () ->
            assertThat(tenant.server().anonymous().get("/health/ready").expect(200).body())
                .satisfies(body -> assertThat(signedSize(body)).isGreaterThan(before.size())));
  }

  private static long signedSize(String health) {
    for (JsonNode check : Json.read(health).path("checks")) {
      if (check.path("name").asText().equals("audit-log")) {
        return check.at("/data/signed_size").asLong();
      }
    }
    return -1;
  }

  @Test
  void checksItsWholeLog() {
    tenant.key().issue();
    Person checker = tenant.newPerson("auditor");
    Answer result = checker.api().post(AUDIT + "/verify").expect(200);
    assertThat(result.at("/verified").asBoolean()).isTrue();
    assertThat(result.at("/first_bad_sequence").isNull()).isTrue();
    Checkpoint checked = log.checkpoint(result.number("/size"));
    assertThat(result.text("/root")).isEqualTo(checked.root().base64());
    JsonNode events =
        auditor.get(AUDIT + "/events?actor=" + checker.name()).expect(200).at("/events");
    assertThat(Json.texts(events, "action")).containsExactly("audit.verified", "session.created");
  }

  @Test
  void recordsNoLookAtProofs() {
    Person reader = tenant.newPerson("auditor");
    Log own = new Log(reader.api());
    own.grew(own.checkpoint(1), own.checkpoint());
    IssuedKey key = tenant.key().issue();
    long sequence = recordOf(key).path("sequence").asLong();
    reader.api().get(AUDIT + "/events/" + sequence + "/leaf").expect(200);
    reader.api().get(AUDIT + "/proof/inclusion?leaf=" + (sequence - 1)).expect(200);
    JsonNode events =
        auditor.get(AUDIT + "/events?actor=" + reader.name()).expect(200).at("/events");
    assertThat(Json.texts(events, "action")).containsExactly("session.created");
  }

  @Test
  void hidesRecordsOfOtherOrganizations() {
    IssuedKey key = tenant.key().issue();
    long sequence = recordOf(key).path("sequence").asLong();
    Api foreign = tenant.server().newTenant().person("auditor").api();
    foreign.get(AUDIT + "/events/" + sequence).expectProblem(404, "NOT_FOUND");
    foreign.get(AUDIT + "/events/" + sequence + "/leaf").expectProblem(404, "NOT_FOUND");
    foreign.get(AUDIT + "/proof/inclusion?leaf=" + (sequence - 1)).expectProblem(404, "NOT_FOUND");
    tenant.server().admin().get(AUDIT + "/events/" + sequence + "/leaf").expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint?size=0",
        "checkpoint?size=99999999",
        "checkpoint?size=-1",
        "checkpoint?size=1.5",
        "checkpoint?size=9999999999999999999999",
        "proof/inclusion?leaf=99999999",
        "proof/inclusion?leaf=x",
        "proof/inclusion?size=5&leaf=",
        "proof/inclusion?size=0&leaf=0",
        "proof/consistency?from=0",
        "proof/consistency?from=99999999",
        "proof/consistency?to=99999999&from=1",
        "proof/consistency?to=2&from=",
        "proof/consistency?to=x&from=1"
      })
  void refusesWhatIsNoPlaceInTheLog(String call) {
    String wrong =
        call.startsWith("proof/inclusion?size=0")
            ? "size"
            : call.startsWith("proof/inclusion")
                ? "leaf"
                : call.startsWith("checkpoint")
                    ? "size"
                    : call.contains("to=2") || !call.contains("to=") ? "from" : "to";
    auditor.get(AUDIT + "/" + call).expectInvalid(wrong);
  }

  @Test
  void refusesAPeriodBackwardsAndALeafBeyondTheTree() {
    auditor.get(AUDIT + "/proof/consistency?from=3&to=2").expectInvalid("from");
    auditor.get(AUDIT + "/proof/inclusion?leaf=2&size=2").expectInvalid("leaf");
    for (String sequence : List.of("0", "x", "999999999")) {
      auditor.get(AUDIT + "/events/" + sequence + "/leaf").expectProblem(404, "NOT_FOUND");
    }
  }

  @Test
  void isForThoseWhoHoldTheScope() {
    for (String call :
        List.of(
            "/checkpoint",
            "/public-key",
            "/proof/inclusion?leaf=0",
            "/proof/consistency?from=1",
            "/events/1/leaf")) {
      tenant.person("developer").api().get(AUDIT + call).expectProblem(403, "FORBIDDEN");
      tenant.server().anonymous().get(AUDIT + call).expectProblem(401, "UNAUTHENTICATED");
    }
    tenant.person("manager").api().post(AUDIT + "/verify").expectProblem(403, "FORBIDDEN");
    for (String call : List.of("/checkpoint", "/public-key", "/verify")) {
      tenant
          .admin()
          .send(call.equals("/verify") ? "GET" : "DELETE", AUDIT + call, null)
          .expectProblem(405, "METHOD_NOT_ALLOWED");
    }
  }
}
