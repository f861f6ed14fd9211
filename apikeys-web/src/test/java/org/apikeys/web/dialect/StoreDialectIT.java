package org.apikeys.web.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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

/** {@code /api/user/…}: seed 002. */
@ExtendWith(SharedServer.class)
class StoreDialectIT {
  private static final String KEY = "/api/user/key";

  private final Tenant tenant;

  StoreDialectIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void speaksAsTheSeedDoesForAPersonOfTheDirectory() {
    Person person = tenant.newPerson("developer");
    UnaryOperator<String> known =
        GoldenExchange.of("store/life.json", Map.of("email", person.name() + "@example.com"))
            .with(tenant);
    assertThat(known.apply("first")).startsWith(known.apply("first_prefix"));
    assertThat(tenant.gateway().code(known.apply("first"))).isEqualTo("REVOKED");
    assertThat(tenant.gateway().code(known.apply("second"))).isEqualTo("REVOKED");
  }

  @Test
  void speaksAsTheSeedDoesForAUserOfNoDirectory() {
    GoldenExchange.of("store/life.json", Map.of("email", Unique.name("user") + "@example.com"))
        .with(tenant);
  }

  @Test
  void wrapsEveryErrorInItsOwnEnvelope() {
    GoldenExchange.of(
            "store/errors.json",
            Map.of(
                "email",
                Unique.name("user") + "@example.com",
                "developer",
                tenant.person("developer").name()))
        .with(tenant);
  }

  @Test
  void opensARequestWherePolicyAsksForAnApproval() {
    Person developer = tenant.newPerson("developer");
    String request =
        GoldenExchange.of("store/approval.json", Map.of("developer", developer.name()))
            .with(name -> developer.api())
            .apply("requestId");
    developer.api().get("/api/v1/key-requests/" + request).expect(200);
  }

  @Test
  void showsTheBalanceOfCredits() {
    Person person = tenant.newPerson("developer");
    tenant.key().with("owner", person.name()).with("credits", Map.of("balance", 70)).issue();
    assertThat(
            person
                .api()
                .get(KEY + "/" + person.name() + "@example.com")
                .expect(200)
                .number("/keyPreference/balance"))
        .isEqualTo(70);
  }

  @Test
  void replacesTheKeyAtOnceAndLeavesNativeKeysAlone() {
    Person person = tenant.newPerson("developer");
    String email = person.name() + "@example.com";
    var before = tenant.key().with("owner", person.name()).issue();
    String first = generate(email, "First");
    assertThat(tenant.gateway().code(first)).isEqualTo("VALID");
    String second = generate(email, "Second");
    assertThat(tenant.gateway().code(first)).isEqualTo("REVOKED");
    assertThat(tenant.gateway().code(second)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(before)).isEqualTo("VALID");
  }

  private String generate(String email, String name) {
    var answer =
        tenant.admin().post(KEY, Json.object("email", email, "key_name", name)).expect(201);
    assertThat(answer.requireHeader("cache-control")).contains("no-store");
    return answer.text("/key");
  }

  @Test
  void isSeenNativelyAndSeesWhatWasMadeNatively() {
    Person person = tenant.newPerson("developer");
    String email = person.name() + "@example.com";
    var nativeKey = tenant.key().with("owner", person.name()).issue();
    JsonNode shown = person.api().get(KEY + "/" + email).expect(200).at("/keyPreference");
    assertThat(shown.path("keyName").asText()).isEqualTo(nativeKey.name());

    String key = generate(email.toUpperCase(java.util.Locale.ROOT), "Of the dialect");
    JsonNode listed = person.api().get("/api/v1/api-keys?size=200").expect(200).at("/api_keys");
    assertThat(Json.texts(listed, "name")).contains("Of the dialect");
    assertThat(Json.texts(listed, "owner")).containsOnly(person.name());

    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    Eventually.within(
        Duration.ofSeconds(20),
        () -> {
          JsonNode used = person.api().get("/api/user/usage/" + email).expect(200).at("/usage");
          assertThat(used.path("usageCount").asLong()).isEqualTo(1);
          assertThat(used.path("lastUsed").isTextual()).isTrue();
        });
  }

  @Test
  void keepsOrganizationsApart() {
    String email = Unique.name("user") + "@example.com";
    String key = generate(email, "Here");
    Tenant other = tenant.server().newTenant();
    assertThat(
            other
                .admin()
                .get(KEY + "/" + email)
                .expect(200)
                .at("/keyPreference/hasKey")
                .asBoolean())
        .isFalse();
    other.admin().delete(KEY + "/" + email).expect(404);
    other.admin().post(KEY, Json.object("email", email, "key_name", "There")).expect(201);
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  @Test
  void recordsWhatItDoes() {
    String email = Unique.name("user") + "@example.com";
    String name = Unique.name("audited");
    generate(email, name);
    tenant.admin().delete(KEY + "/" + email).expect(200);
    Eventually.within(
        Duration.ofSeconds(20),
        () ->
            assertThat(tenant.recorded(name))
                .containsExactlyElementsOf(List.of("key.revoked", "key.created")));
  }

  private Answer order(Api caller, String email, String name) {
    return caller.post(KEY, Json.object("email", email, "key_name", name));
  }

  private Answer shown(Api caller, String email) {
    return caller.get(KEY + "/" + email).expect(200);
  }

  private String claimed(Person person, long request) {
    String path = "/api/v1/key-requests/" + request;
    Answer asked = person.api().get(path).expect(200);
    tenant
        .person("manager")
        .api()
        .post(path + "/approve", Json.object("digest", asked.text("/digest")))
        .expect(200);
    return person.api().post(path + "/claim").expect(200).text("/key");
  }

  @Test
  void replacesTheKeyWithTheClaimOfAnApprovedOne() {
    Person person = tenant.newPerson("developer");
    String email = person.name() + "@example.com";
    String first = generate(email, "First");
    long request = order(person.api(), email, "Second").expect(202).number("/requestId");
    Answer asked = person.api().get("/api/v1/key-requests/" + request).expect(200);
    assertThat(asked.text("/user_address")).isEqualTo(email);
    assertThat(tenant.gateway().code(first)).isEqualTo("VALID");

    String second = claimed(person, request);

    assertThat(tenant.gateway().code(first)).isEqualTo("REVOKED");
    assertThat(tenant.gateway().code(second)).isEqualTo("VALID");
    assertThat(shown(person.api(), email).text("/keyPreference/keyName")).isEqualTo("Second");
    String third = generate(email, "Third");
    assertThat(tenant.gateway().code(second)).isEqualTo("REVOKED");
    assertThat(tenant.gateway().code(third)).isEqualTo("VALID");
  }

  @Test
  void leavesTheKeyOfTheNextHolderAloneWhenAnOldRequestIsClaimed() {
    Person before = tenant.newPerson("developer");
    Person after = tenant.newPerson("developer");
    String email = before.name() + "@example.com";
    long request = order(before.api(), email, "Asked").expect(202).number("/requestId");
    move(before, Unique.name("gone") + "@example.com");
    move(after, email);
    String theirs = generate(email, "Theirs");

    String mine = claimed(before, request);

    assertThat(tenant.gateway().code(theirs)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(mine)).isEqualTo("VALID");
    assertThat(shown(after.api(), email).text("/keyPreference/keyName")).isEqualTo("Theirs");
  }

  private void move(Person person, String email) {
    tenant
        .server()
        .admin()
        .put("/api/v1/users/" + person.id(), Json.object("email", email))
        .expect(200);
  }

  @Test
  void givesWhoJoinsWithTheAddressAKeyOfTheirOwn() {
    String email = Unique.name("Joins.Later") + "@Example.com";
    String kept = generate(email, "Kept for them");
    Person person = tenant.newPerson("admin");
    move(person, email.toLowerCase(java.util.Locale.ROOT));

    assertThat(shown(person.api(), email).at("/keyPreference/hasKey").asBoolean()).isFalse();
    String own = order(person.api(), email, "Own").expect(201).text("/key");

    assertThat(tenant.gateway().code(kept)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(own)).isEqualTo("VALID");
    assertThat(shown(tenant.admin(), email).text("/keyPreference/keyName")).isEqualTo("Own");
  }

  @Test
  void makesAnotherKeyForWhoseKeyWasGivenAway() {
    Person before = tenant.newPerson("developer");
    Person after = tenant.newPerson("developer");
    String email = before.name() + "@example.com";
    String given = generate(email, "Given away");
    long id = before.api().get("/api/v1/api-keys?q=Given").expect(200).number("/api_keys/0/id");
    tenant.admin().put("/api/v1/api-keys/" + id, Json.object("owner", after.name())).expect(200);

    assertThat(shown(before.api(), email).at("/keyPreference/hasKey").asBoolean()).isFalse();
    tenant.admin().delete(KEY + "/" + email).expect(404);
    order(before.api(), email, "Asked for").expect(202);
    String another = generate(email, "Another");

    assertThat(tenant.gateway().code(given)).isEqualTo("VALID");
    assertThat(tenant.gateway().code(another)).isEqualTo("VALID");
    assertThat(shown(before.api(), email).text("/keyPreference/keyName")).isEqualTo("Another");
  }

  @Test
  void leavesTheKeyOfWhoHadTheAddressBefore() {
    Person before = tenant.newPerson("developer");
    Person after = tenant.newPerson("developer");
    String email = before.name() + "@example.com";
    String theirs = generate(email, "Theirs");
    move(before, Unique.name("gone") + "@example.com");
    assertThat(shown(tenant.admin(), email).at("/keyPreference/hasKey").asBoolean()).isFalse();
    tenant.admin().delete(KEY + "/" + email).expect(404);
    move(after, email);

    assertThat(shown(tenant.admin(), email).at("/keyPreference/hasKey").asBoolean()).isFalse();
    tenant.admin().delete(KEY + "/" + email).expect(404);
    order(after.api(), email, "Asked for").expect(202);
    generate(email, "New");

    assertThat(tenant.gateway().code(theirs)).isEqualTo("VALID");
    assertThat(shown(after.api(), email).text("/keyPreference/keyName")).isEqualTo("New");
  }

  @Test
  void replacesNothingWhenAnOrderIsRepeated() {
    String email = Unique.name("user") + "@example.com";
    Api retrying = tenant.admin().header("Idempotency-Key", Unique.name("retry"));
    Answer first = order(retrying, email, "Once").expect(201);
    Answer second = order(retrying, email, "Once").expect(201);
    assertThat(second.at("/key").isNull()).isTrue();
    assertThat(second.at("/replayed").asBoolean()).isTrue();
    assertThat(second.text("/keyPrefix")).isEqualTo(first.text("/keyPrefix"));
    assertThat(tenant.gateway().code(first.text("/key"))).isEqualTo("VALID");
    Answer other = order(retrying, email, "Another").expect(422);
    assertThat(other.at("/success").asBoolean(true)).isFalse();
    assertThat(other.text("/error")).contains("Idempotency-Key");

    Person developer = tenant.newPerson("developer");
    Api asking = developer.api().header("Idempotency-Key", Unique.name("retry"));
    String own = developer.name() + "@example.com";
    long request = order(asking, own, "Asked").expect(202).number("/requestId");
    Answer again = order(asking, own, "Asked").expect(202);
    assertThat(again.number("/requestId")).isEqualTo(request);
    assertThat(again.at("/replayed").asBoolean()).isTrue();
  }
}
