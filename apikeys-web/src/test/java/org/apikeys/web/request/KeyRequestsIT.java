package org.apikeys.web.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests by HTTP: asked for, decided about, claimed. */
@ExtendWith(SharedServer.class)
class KeyRequestsIT {
  private static final String REQUESTS = "/api/v1/key-requests";
  private static final String KEYS = "/api/v1/api-keys";

  private final Tenant tenant;

  KeyRequestsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private Api developer() {
    return tenant.person("developer").api();
  }

  private Api manager() {
    return tenant.person("manager").api();
  }

  private Answer asked(Api who, Object... more) {
    var body =
        Json.object(
            "kind",
            "new_key",
            "name",
            Unique.name("wanted"),
            "scopes",
            List.of("agents:read"),
            "justification",
            "deploys");
    body.putAll(Json.object(more));
    return who.post(REQUESTS, body);
  }

  private static String path(Answer request) {
    return REQUESTS + "/" + request.number("/id");
  }

  private static Answer approve(Api who, Answer request) {
    return who.post(
        path(request) + "/approve", Map.of("digest", request.text("/digest"), "comment", "ok"));
  }

  @Test
  void leadsFromTheQuestionToTheKey() {
    Answer request = asked(developer()).expect(201);
    assertThat(request.requireHeader("Location")).endsWith(path(request));
    assertThat(request.text("/status")).isEqualTo("pending");
    assertThat(request.number("/required_approvals")).isEqualTo(1);
    assertThat(request.text("/requested_by")).isEqualTo(tenant.person("developer").name());
    assertThat(request.at("/risk/score").isInt()).isTrue();
    assertThat(Json.texts(request.at("/risk/reasons"))).isNotEmpty();
    assertThat(request.text("/policy")).isEqualTo("production-and-staging");

    Answer approved = approve(manager(), request).expect(200);
    assertThat(approved.text("/status")).isEqualTo("approved");
    assertThat(approved.text("/approvals/0/by")).isEqualTo(tenant.person("manager").name());
    manager().post(path(request) + "/claim").expectProblem(403, "FORBIDDEN");

    Api claiming = developer().header("Idempotency-Key", Unique.name("claim"));
    Answer claimed = claiming.post(path(request) + "/claim").expect(200);
    assertThat(claimed.requireHeader("Cache-Control")).contains("no-store");
    assertThat(claimed.text("/key")).startsWith("sk_live_");
    assertThat(tenant.gateway().verify(claimed.text("/key")).path("valid").asBoolean()).isTrue();
    developer().post(path(request) + "/claim").expectProblem(409, "CONFLICT");
    Answer repeated = claiming.post(path(request) + "/claim").expect(200);
    assertThat(repeated.at("/replayed").asBoolean()).isTrue();
    assertThat(repeated.at("/key").isNull()).isTrue();
    assertThat(repeated.number("/id")).isEqualTo(claimed.number("/id"));
    assertThat(repeated.requireHeader("location")).isEqualTo(claimed.requireHeader("location"));
    Answer end = developer().get(path(request)).expect(200);
    assertThat(end.text("/status")).isEqualTo("fulfilled");
    assertThat(end.text("/key_id")).isEqualTo(claimed.text("/key_id"));
    assertThat(end.body()).doesNotContain(claimed.text("/key"));

    JsonNode version =
        developer()
            .get(
                KEYS
                    + "/"
                    + claimed.text("/key_id")
                    + "/history?at="
                    + Instant.now().plusSeconds(5))
            .expect(200)
            .at("/versions/0");
    assertThat(Json.texts(version.path("approved_by")))
        .containsExactly(tenant.person("manager").name());
    assertThat(Json.texts(version.path("effective_scopes"))).containsExactly("agents:read");
    assertThat(Json.texts(version.path("warnings"))).isEmpty();
  }

  @Test
  void orderingAKeyThatPolicyWantsApprovedOpensTheRequest() {
    Answer request = developer().post(KEYS, Map.of("name", Unique.name("ordered"))).expect(202);
    assertThat(request.text("/kind")).isEqualTo("new_key");
    assertThat(request.text("/status")).isEqualTo("pending");
    assertThat(request.requireHeader("Location")).endsWith(path(request));
    developer().get(path(request)).expect(200);
    manager().get(path(request)).expect(200);
    tenant.newPerson("developer").api().get(path(request)).expectProblem(404, "NOT_FOUND");
    tenant.server().newTenant().admin().get(path(request)).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void repeatedWithAnIdempotencyKeyItIsOneRequest() {
    Api caller = developer().header("Idempotency-Key", Unique.name("once"));
    Map<String, String> body = Map.of("name", Unique.name("ordered"));
    Answer first = caller.post(KEYS, body).expect(202);
    Answer again = caller.post(KEYS, body).expect(202);
    assertThat(again.number("/id")).isEqualTo(first.number("/id"));
    assertThat(again.at("/replayed").asBoolean()).isTrue();
  }

  @Test
  void nobodyApprovesTheirOwn() {
    Person self = tenant.newPerson("manager");
    Answer request = asked(self.api()).expect(201);
    approve(self.api(), request).expectProblem(403, "SELF_APPROVAL");
    self.api()
        .post(path(request) + "/reject", Map.of("reason", "x"))
        .expectProblem(403, "SELF_APPROVAL");
    Answer machine =
        tenant
            .key()
            .scopes("requests:approve", "requests:read")
            .with("owner", self.name())
            .send()
            .expect(201);
    Api key = tenant.server().anonymous().withKey(machine.text("/key"));
    approve(key, request).expectProblem(403, "SELF_APPROVAL");
    Api developer = developer();
    Answer developers = asked(developer).expect(201);
    approve(developer, developers).expectProblem(403, "SELF_APPROVAL");
    approve(developer, request).expectProblem(403, "FORBIDDEN");
    developer.post(REQUESTS + "/999999999/approve", Map.of()).expectProblem(403, "FORBIDDEN");
    Answer admins = asked(tenant.admin()).expect(201);
    approve(tenant.admin(), admins).expectProblem(403, "SELF_APPROVAL");
  }

  @Test
  void aColleaguesKeyIsNoWayRoundThat() {
    Person first = tenant.newPerson("manager");
    Person second = tenant.newPerson("manager");
    Answer bot =
        tenant
            .key()
            .scopes("requests:read", "requests:approve", "keys:read")
            .with("owner", second.name())
            .send()
            .expect(201);
    String rotate = KEYS + "/" + bot.number("/id") + "/rotate";
    first.api().post(rotate).expectProblem(403, "FORBIDDEN");

    // two of two by one person: the key's secret is the administrator's, who issued it
    Answer two = asked(developer(), "type", "monitoring").expect(201);
    Api byBot = tenant.server().anonymous().withKey(bot.text("/key"));
    Answer approved = approve(byBot, two).expect(200);
    assertThat(approved.text("/approvals/0/by")).isEqualTo(second.name());
    assertThat(Json.texts(approved.at("/approvals/0/held_by"))).hasSize(1);
    approve(tenant.admin(), two).expectProblem(409, "CONFLICT");
    approve(first.api(), two).expect(200);

    // in the owner's own hands it is the owner's alone
    Answer own = second.api().post(rotate, Map.of("overlap", "PT0S")).expect(200);
    Answer again = asked(developer(), "type", "monitoring").expect(201);
    approve(tenant.server().anonymous().withKey(own.text("/key")), again).expect(200);
    assertThat(approve(tenant.admin(), again).expect(200).text("/status")).isEqualTo("approved");
  }

  @Test
  void aSetThatGrewBehindTheDigestIsSeenBeforeItIsApproved() {
    Answer set =
        tenant
            .admin()
            .post(
                "/api/v1/permission-sets",
                Map.of(
                    "name",
                    "s" + Unique.name("readers").replaceAll("[^a-z0-9]", ""),
                    "description",
                    "reads",
                    "scopes",
                    List.of("agents:read")))
            .expect(201);
    Answer request =
        asked(developer(), "scopes", List.of(), "permission_sets", List.of(set.text("/name")))
            .expect(201);
    assertThat(Json.texts(request.at("/effective_scopes"))).containsExactly("agents:read");
    tenant
        .admin()
        .put(
            "/api/v1/permission-sets/" + set.number("/id"),
            Map.of(
                "name",
                set.text("/name"),
                "description",
                "reads",
                "scopes",
                List.of("agents:read", "data:backup")))
        .expect(200);

    approve(manager(), request).expectProblem(409, "CONFLICT");
    Answer present = manager().get(path(request)).expect(200);
    assertThat(Json.texts(present.at("/effective_scopes"))).contains("data:backup");
    assertThat(present.number("/required_approvals")).isEqualTo(2);
    assertThat(approve(manager(), present).expect(200).text("/status")).isEqualTo("pending");
  }

  @Test
  void aDecisionBindsWhatTheApproverSaw() {
    Answer request = asked(developer(), "scopes", List.of("agents:read", "agents:write"));
    manager().post(path(request) + "/approve", Map.of()).expectInvalid("digest");
    manager()
        .post(path(request) + "/approve", Map.of("digest", "0".repeat(64)))
        .expectProblem(409, "CONFLICT");
    manager()
        .post(
            path(request) + "/approve",
            Map.of(
                "digest", request.text("/digest"),
                "overrides", Map.of("scopes", List.of("agents:read", "pipelines:read"))))
        .expectProblem(400, "VALIDATION_FAILED");
    Answer narrowed =
        manager()
            .post(
                path(request) + "/approve",
                Map.of(
                    "digest", request.text("/digest"),
                    "overrides", Map.of("scopes", List.of("agents:read"))))
            .expect(200);
    assertThat(narrowed.text("/digest")).isNotEqualTo(request.text("/digest"));
    assertThat(narrowed.text("/status")).isEqualTo("approved");
    assertThat(Json.texts(narrowed.at("/wanted/scopes"))).containsExactly("agents:read");
  }

  @Test
  void aRejectionHasItsReason() {
    Answer request = asked(developer()).expect(201);
    manager().post(path(request) + "/reject", Map.of()).expectInvalid("reason");
    manager().post(path(request) + "/reject", Map.of("reason", " ")).expectInvalid("reason");
    manager().post(path(request) + "/reject", Map.of("reason", "too much")).expect(200);
    Answer seen = developer().get(path(request)).expect(200);
    assertThat(seen.text("/status")).isEqualTo("rejected");
    assertThat(seen.text("/reason")).isEqualTo("too much");
    approve(manager(), request).expectProblem(409, "CONFLICT");
  }

  @Test
  void isCommentedDelegatedAndCancelled() {
    Answer request = asked(developer()).expect(201);
    manager().post(path(request) + "/comments", Map.of("text", "why?")).expect(201);
    manager().post(path(request) + "/comments", Map.of()).expectInvalid("text");
    String until = Instant.now().plus(Duration.ofDays(1)).toString();
    Person other = tenant.newPerson("manager");
    manager()
        .post(path(request) + "/delegate", Map.of("to", "nobody-at-all", "until", until))
        .expectInvalid("to");
    manager()
        .post(
            path(request) + "/delegate",
            Map.of("to", tenant.person("developer").name(), "until", until))
        .expectInvalid("to");
    manager()
        .post(
            path(request) + "/delegate",
            Map.of("to", other.name(), "until", "2020-01-01T00:00:00Z"))
        .expectInvalid("until");
    Answer delegated =
        manager()
            .post(path(request) + "/delegate", Map.of("to", other.name(), "until", until))
            .expect(200);
    assertThat(delegated.text("/delegations/0/to")).isEqualTo(other.name());
    assertThat(delegated.text("/comments/0/text")).isEqualTo("why?");
    manager().post(path(request) + "/cancel").expectProblem(403, "FORBIDDEN");
    assertThat(developer().post(path(request) + "/cancel").expect(200).text("/status"))
        .isEqualTo("cancelled");
    developer().post(path(request) + "/cancel").expectProblem(409, "CONFLICT");
  }

  @Test
  void aStaleEntityTagIsRefused() {
    Answer request = asked(developer()).expect(201);
    String tag = request.requireHeader("ETag");
    manager().post(path(request) + "/comments", Map.of("text", "hm")).expect(201);
    approve(manager().header("If-Match", tag), request).expectProblem(412, "PRECONDITION_FAILED");
  }

  @Test
  void wideningOpensAChangeAndNarrowingAppliesAtOnce() {
    Answer request = asked(developer(), "rate_limit", 50).expect(201);
    approve(manager(), request).expect(200);
    String key = KEYS + "/" + developer().post(path(request) + "/claim").expect(200).number("/id");

    assertThat(developer().put(key, Map.of("rate_limit", 40)).expect(200).number("/rate_limit"))
        .isEqualTo(40);
    Answer change = developer().put(key, Map.of("rate_limit", 400)).expect(202);
    assertThat(change.text("/kind")).isEqualTo("limit_increase");
    assertThat(developer().get(key).expect(200).number("/rate_limit")).isEqualTo(40);
    assertThat(approve(manager(), change).expect(200).text("/status")).isEqualTo("fulfilled");
    assertThat(developer().get(key).expect(200).number("/rate_limit")).isEqualTo(400);

    Answer more =
        developer()
            .post(
                REQUESTS,
                Map.of(
                    "kind",
                    "limit_increase",
                    "key_id",
                    change.text("/key_id"),
                    "rate_limit",
                    800,
                    "justification",
                    "growth"))
            .expect(201);
    assertThat(approve(manager(), more).expect(200).text("/status")).isEqualTo("fulfilled");
    developer().put(key, Map.of("is_active", false)).expect(200);
    Answer again =
        developer()
            .post(
                REQUESTS,
                Map.of(
                    "kind", "reactivation", "key_id", more.text("/key_id"), "justification", "on"))
            .expect(201);
    assertThat(again.text("/status")).as("nothing is widened").isEqualTo("fulfilled");
  }

  @Test
  void anEmergencyKeyIsClaimedWhilePending() {
    Answer request =
        developer()
            .post(
                REQUESTS,
                Map.of("kind", "emergency", "name", Unique.name("fire"), "justification", "fire"))
            .expect(201);
    assertThat(request.text("/status")).isEqualTo("pending");
    Answer key = developer().post(path(request) + "/claim").expect(200);
    assertThat(Instant.parse(key.text("/expires_at")))
        .isBeforeOrEqualTo(Instant.now().plus(Duration.ofMinutes(61)));
    manager().post(path(request) + "/reject", Map.of("reason", "no fire")).expect(200);
    assertThat(developer().get(KEYS + "/" + key.number("/id")).expect(200).text("/status"))
        .isEqualTo("revoked");
  }

  @Test
  void listsByEveryFilter() {
    Tenant own = tenant.server().newTenant();
    Api dora = own.person("developer").api();
    Answer first = asked(dora).expect(201);
    Answer second = asked(own.person("manager").api()).expect(201);
    own.person("manager").api().post(path(first) + "/reject", Map.of("reason", "no")).expect(200);

    assertThat(ids(own.admin(), "")).containsExactly(second.number("/id"), first.number("/id"));
    assertThat(ids(dora, "")).containsExactly(first.number("/id"));
    assertThat(ids(own.admin(), "?status=rejected")).containsExactly(first.number("/id"));
    assertThat(ids(own.admin(), "?status=pending&kind=new_key"))
        .containsExactly(second.number("/id"));
    assertThat(ids(own.admin(), "?requester=" + own.person("developer").name()))
        .containsExactly(first.number("/id"));
    assertThat(ids(own.admin(), "?mine=true")).isEmpty();
    assertThat(ids(own.admin(), "?awaiting_me=true")).containsExactly(second.number("/id"));
    assertThat(ids(own.person("manager").api(), "?awaiting_me=true")).isEmpty();
    own.admin().get(REQUESTS + "?status=nothing").expectInvalid("status");
    own.admin().get(REQUESTS + "?size=201").expectInvalid("size");

    Answer stats = own.admin().get("/api/v1/dashboard/stats").expect(200);
    assertThat(stats.number("/open_tickets")).isEqualTo(1);
    assertThat(stats.number("/resolved_tickets")).isEqualTo(1);
    assertThat(Json.texts(stats.at("/recent_tickets"), "status"))
        .containsExactly("open", "resolved");
    assertThat(stats.text("/recent_tickets/1/subject")).isEqualTo(first.text("/subject"));
  }

  private static List<Long> ids(Api who, String query) {
    Answer list = who.get(REQUESTS + query).expect(200);
    assertThat(list.number("/total")).isEqualTo(list.at("/key_requests").size());
    return Json.texts(list.at("/key_requests"), "id").stream().map(Long::valueOf).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"kind\": \"wish\", \"name\": \"x\", \"justification\": \"y\"}",
        "{\"kind\": 5, \"name\": \"x\", \"justification\": \"y\"}",
        "{\"kind\": \"new_key\", \"justification\": \"y\"}",
        "{\"kind\": \"new_key\", \"name\": \"x\"}",
        "{\"kind\": \"new_key\", \"name\": \"x\", \"justification\": \"y\", \"hue\": 1}",
        "{\"kind\": \"new_key\", \"key_id\": 5, \"name\": \"x\", \"justification\": \"y\"}",
        "{\"kind\": \"new_key\", \"name\": \"x\", \"justification\": \"y\", \"scopes\": [\"a:b\"]}",
        "{\"kind\": \"change\", \"justification\": \"y\"}",
        "{\"kind\": \"renewal\", \"key_id\": 1, \"justification\": \"y\"}",
        "{\"kind\": \"renewal\", \"key_id\": 1, \"name\": \"x\", \"justification\": \"y\"}",
        "{\"kind\": \"emergency\", \"name\": \"x\", \"type\": \"web\", \"justification\": \"y\"}",
        "{\"kind\": \"emergency\", \"name\": \"x\", \"expires_at\": \"2099-01-01T00:00:00Z\","
            + " \"justification\": \"y\"}"
      })
  void refusesWhatIsNoRequest(String body) {
    developer().post(REQUESTS, body).expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void isClosedToWhoHasNoPartInIt() {
    Answer request = asked(developer()).expect(201);
    approve(developer(), request).expectProblem(403, "SELF_APPROVAL");
    approve(tenant.newPerson("developer").api(), request).expectProblem(403, "FORBIDDEN");
    Api auditor = tenant.person("auditor").api();
    auditor.get(path(request)).expect(200);
    approve(auditor, request).expectProblem(403, "FORBIDDEN");
    auditor.post(path(request) + "/comments", Map.of("text", "x")).expectProblem(403, "FORBIDDEN");
    asked(auditor).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().get(REQUESTS).expectProblem(401, "UNAUTHENTICATED");
    manager().get(REQUESTS + "/abc").expectProblem(404, "NOT_FOUND");
  }

  @Test
  void everyStepIsInTheAuditLog() {
    Tenant own = tenant.server().newTenant();
    Answer request = asked(own.person("developer").api()).expect(201);
    approve(own.person("manager").api(), request).expect(200);
    own.person("developer").api().post(path(request) + "/claim").expect(200);
    Eventually.within(
        Duration.ofSeconds(20),
        () ->
            assertThat(
                    Json.texts(
                        own.admin().get("/api/v1/audit/events?size=100").at("/events"), "action"))
                .contains("request.submitted", "request.approved", "key.created", "key.claimed"));
  }

  @Test
  void thePolicySaysWhatMayBeDecidedTogether() {
    Answer usual = asked(developer()).expect(201);
    assertThat(usual.at("/several_at_once").asBoolean()).isTrue();
    assertThat(usual.at("/stages/0/several_at_once").asBoolean()).isTrue();
    approve(manager(), usual).expect(200);
    assertThat(developer().get(path(usual)).expect(200).at("/several_at_once"))
        .as("a decided request")
        .hasToString("false");

    Answer risky = asked(developer(), "scopes", List.of("users:roles")).expect(201);
    assertThat(risky.number("/required_approvals")).isEqualTo(2);
    assertThat(risky.at("/several_at_once").isBoolean()).isTrue();
    assertThat(risky.at("/several_at_once").asBoolean()).isFalse();
    Answer system = asked(developer(), "type", "monitoring").expect(201);
    assertThat(system.at("/several_at_once").asBoolean()).isFalse();

    Tenant own = tenant.server().newTenant();
    String stage = "{\"approvals\": 1, \"roles\": [\"manager\"], \"several_at_once\": %s}";
    String policy = "{\"policies\": [{\"name\": \"one\", \"stages\": [" + stage + "]}]}";
    own.admin()
        .put("/api/v1/policies", policy.formatted("\"true\""))
        .expectInvalid("policies[0].stages[0].several_at_once");
    Answer set = own.admin().put("/api/v1/policies", policy.formatted("false")).expect(200);
    assertThat(set.at("/policies/0/stages/0/several_at_once").asBoolean()).isFalse();
    assertThat(asked(own.person("developer").api()).expect(201).at("/several_at_once").asBoolean())
        .isFalse();
  }

  @Test
  void policiesAreReadTriedAndReplaced() {
    Tenant own = tenant.server().newTenant();
    Answer present = own.admin().get("/api/v1/policies").expect(200);
    assertThat(present.number("/version")).isZero();
    assertThat(Json.texts(present.at("/policies"), "name")).contains("development");
    own.person("manager").api().get("/api/v1/policies").expectProblem(403, "FORBIDDEN");
    Answer tried =
        own.admin()
            .post("/api/v1/policies/dry-run", Map.of("environment", "production", "type", "backup"))
            .expect(200);
    assertThat(tried.number("/required_approvals")).isEqualTo(2);
    assertThat(tried.at("/automatic").asBoolean()).isFalse();

    Answer emergency =
        own.admin().post("/api/v1/policies/dry-run", Map.of("kind", "emergency")).expect(200);
    assertThat(emergency.text("/kind")).isEqualTo("emergency");
    assertThat(emergency.text("/wanted/type")).isEqualTo("emergency");
    own.admin().post("/api/v1/policies/dry-run", Map.of("kind", "wish")).expectInvalid("kind");
    Answer unspokenOf =
        own.admin()
            .post(
                "/api/v1/policies/dry-run",
                "{\"proposed\": {\"policies\": [{\"name\": \"x\", \"automatic\": true,"
                    + " \"when\": {\"kinds\": [\"renewal\"]}}]}}")
            .expect(200);
    assertThat(unspokenOf.at("/refused").asBoolean()).isTrue();
    assertThat(unspokenOf.at("/policy").isNull()).isTrue();

    String free = "{\"policies\": [{\"name\": \"free\", \"automatic\": true}]}";
    own.admin()
        .put("/api/v1/policies", "{\"policies\": [{\"name\": \"free\"}]}")
        .expectInvalid("policies[0]");
    own.admin()
        .put("/api/v1/policies", "{\"policies\": [], \"hue\": 1}")
        .expectProblem(400, "VALIDATION_FAILED");
    Answer replaced = own.admin().put("/api/v1/policies", free).expect(200);
    assertThat(replaced.number("/version")).isPositive();
    own.admin()
        .header("If-Match", "\"v0\"")
        .put("/api/v1/policies", free)
        .expectProblem(412, "PRECONDITION_FAILED");
    own.person("developer").api().post(KEYS, Map.of("name", "free")).expect(201);
    own.admin().put("/api/v1/policies", replaced.body()).expect(200);
    developer().post(KEYS, Map.of("name", "elsewhere")).expect(202);
  }

  @Test
  void aKeyIsSealedToAPublicKey() {
    String jwk =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
    Answer request = asked(developer(), "public_key", Map.of("kty", "oct"));
    request.expectInvalid("public_key");
    Answer sealed =
        developer()
            .post(
                REQUESTS,
                "{\"kind\": \"new_key\", \"name\": \"sealed\", \"environment\": \"development\","
                    + " \"justification\": \"x\", \"public_key\": "
                    + jwk
                    + "}")
            .expect(201);
    assertThat(sealed.text("/status")).isEqualTo("approved");
    Answer claimed = developer().post(path(sealed) + "/claim").expect(200);
    assertThat(claimed.at("/key").isNull()).isTrue();
    assertThat(claimed.text("/sealed_key").split("\\.", -1)).hasSize(5);
  }

  @Test
  void aChosenValueIsGivenWithTheClaim() {
    String value = "Wp7x-Lm2_Rt9.Zk4w/" + Unique.name("Gp8y");
    developer()
        .post(KEYS, Map.of("name", "chosen", "custom_key", value))
        .expectInvalid("custom_key");
    Answer request = asked(developer()).expect(201);
    approve(manager(), request).expect(200);
    Answer claimed =
        developer().post(path(request) + "/claim", Map.of("custom_key", value)).expect(200);
    assertThat(claimed.text("/key")).isEqualTo(value);
  }

  @Test
  void aCampaignAsksAboutKeys() {
    Tenant own = tenant.server().newTenant();
    String campaigns = "/api/v1/campaigns";
    var kept = own.key().with("owner", own.person("developer").name()).issue();
    var ended = own.key().with("owner", own.person("developer").name()).issue();
    Answer asking =
        own.key()
            .scopes("requests:read", "requests:write")
            .with("owner", own.person("developer").name())
            .with("tags", List.of("asking"))
            .send()
            .expect(201);
    String due = Instant.now().plus(Duration.ofDays(3)).toString();
    own.person("developer")
        .api()
        .post(campaigns, Map.of("name", "x", "due_at", due))
        .expectProblem(403, "FORBIDDEN");
    own.admin().post(campaigns, Map.of("name", "x")).expectInvalid("due_at");
    Answer campaign =
        own.person("manager")
            .api()
            .post(
                campaigns,
                Map.of(
                    "name",
                    "spring",
                    "due_at",
                    due,
                    "selection",
                    Map.of("owner", own.person("developer").name())))
            .expect(201);
    String path = campaigns + "/" + campaign.number("/id");
    Api dora = own.person("developer").api();
    dora.post(path + "/items/key-" + kept.id() + "/confirm").expect(200);
    tenant
        .server()
        .anonymous()
        .withKey(asking.text("/key"))
        .post(path + "/items/" + ended.id() + "/retire")
        .expectProblem(403, "FORBIDDEN");
    dora.post(path + "/items/" + ended.id() + "/retire").expect(200);
    dora.post(path + "/items/" + ended.id() + "/confirm").expectProblem(409, "CONFLICT");
    dora.post(path + "/items/999999999/confirm").expectProblem(404, "NOT_FOUND");
    tenant.admin().get(path).expectProblem(404, "NOT_FOUND");
    assertThat(dora.get(path + "/items?status=retired").expect(200).number("/total")).isEqualTo(1);
    Answer report = own.admin().get(path).expect(200);
    assertThat(report.number("/confirmed")).isEqualTo(1);
    assertThat(report.number("/retired")).isEqualTo(1);
    assertThat(dora.get(ended.path()).expect(200).text("/status")).isEqualTo("revoked");
    assertThat(own.admin().get(campaigns + "?status=open").expect(200).number("/total"))
        .isEqualTo(1);
  }

  @Test
  void saysWhatWillHappenToKeys() {
    Tenant own = tenant.server().newTenant();
    var key =
        own.key().with("expires_at", Instant.now().plus(Duration.ofDays(5)).toString()).issue();
    Answer upcoming = own.admin().get("/api/v1/lifecycle/upcoming?within=P7D").expect(200);
    assertThat(upcoming.text("/upcoming/0/event")).isEqualTo("expires");
    assertThat(upcoming.text("/upcoming/0/key_id")).isEqualTo("key-" + key.id());
    assertThat(
            own.person("developer")
                .api()
                .get("/api/v1/lifecycle/upcoming")
                .expect(200)
                .number("/total"))
        .isZero();
    own.admin().get("/api/v1/lifecycle/upcoming?within=soon").expectInvalid("within");

    own.admin().post(key.path() + "/rotate", Map.of("overlap", "P1D")).expect(200);
    own.admin().post(key.path() + "/generations/2/retire").expectProblem(409, "CONFLICT");
    own.admin().post(key.path() + "/generations/1/retire").expect(200);
    assertThat(own.gateway().code(key)).isEqualTo("EXPIRED");
  }
}
