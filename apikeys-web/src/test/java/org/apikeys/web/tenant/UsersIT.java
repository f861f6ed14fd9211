package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/v1/users}: the built-in directory. */
@ExtendWith(SharedServer.class)
class UsersIT {
  private static final String USERS = "/api/v1/users";
  private static final String PASSWORD = "violet-anchor-93-pelican";

  private final Tenant tenant;

  UsersIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void addsAPersonWhoCanSignIn() {
    String name = Unique.name("ann");
    Answer answer = add(person(name)).expect(201);
    assertThat(answer.number("/id")).isPositive();
    assertThat(answer.requireHeader("location")).endsWith(USERS + "/" + answer.number("/id"));
    assertThat(answer.text("/username")).isEqualTo(name);
    assertThat(answer.text("/email")).isEqualTo(name + "@example.com");
    assertThat(Json.texts(answer.at("/roles"))).containsExactly("developer");
    assertThat(answer.number("/organization_id")).isEqualTo(tenant.id());
    assertThat(answer.at("/is_active").asBoolean()).isTrue();
    assertThat(answer.body()).doesNotContainIgnoringCase("password").doesNotContain(PASSWORD);
    tenant.server().signIn(name, PASSWORD).get("/api/v1/auth/me").expect(200);
  }

  @Test
  void putsAPersonIntoTheCallersOrganizationWhenNoneIsGiven() {
    Map<String, @Nullable Object> body = person(Unique.name("bob"));
    body.remove("organization_id");
    assertThat(add(body).expect(201).number("/organization_id")).isEqualTo(tenant.id());
  }

  @Test
  void listsAndReadsPeople() {
    Person person = tenant.newPerson("auditor");
    Answer list = tenant.admin().get(USERS + "?size=200").expect(200);
    assertThat(Json.texts(list.at("/users"), "username")).contains(person.name());
    assertThat(list.number("/total")).isPositive();
    assertThat(list.number("/page")).isEqualTo(1);
    assertThat(list.number("/size")).isEqualTo(200);
    assertThat(list.body()).doesNotContainIgnoringCase("password");
    Answer one = tenant.admin().get(USERS + "/" + person.id()).expect(200);
    assertThat(one.text("/username")).isEqualTo(person.name());
    assertThat(one.body()).doesNotContainIgnoringCase("password");
    tenant.admin().get(USERS + "?page=0").expectInvalid("page");
    tenant.admin().get(USERS + "/999999999").expectProblem(404, "NOT_FOUND");
  }

  @Test
  void refusesANameThatIsTaken() {
    String name = Unique.name("carol");
    add(person(name)).expect(201);
    add(person(name)).expectProblem(409, "CONFLICT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"short-pass1", "", "password1234", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa"})
  void refusesAPasswordThatIsShortOrCommon(String password) {
    Map<String, @Nullable Object> body = person(Unique.name("dan"));
    body.put("password", password);
    Answer answer = add(body).expectInvalid("password");
    if (!password.isEmpty()) {
      assertThat(answer.body()).doesNotContain(password);
    }
  }

  @Test
  void namesAWrongField() {
    for (String field : List.of("username", "password")) {
      Map<String, @Nullable Object> body = person(Unique.name("eve"));
      body.remove(field);
      add(body).expectInvalid(field);
    }
    refuses("username", "");
    refuses("username", "with space");
    refuses("username", "x".repeat(300));
    refuses("username", 5);
    for (String id : List.of("user-1", "USER-1", "key-7", "system", "Anonymous", "several")) {
      refuses("username", id); // an actor.id: a legal hold on it would be on this person instead
    }
    refuses("email", "not an address");
    refuses("roles", List.of("emperor"));
    refuses("roles", List.of());
    refuses("roles", "developer");
    refuses("colour", "red");
    refuses("organization_id", "1");
  }

  @Test
  void changesAPerson() {
    Person person = tenant.newPerson("developer");
    Answer answer =
        tenant
            .admin()
            .put(
                USERS + "/" + person.id(),
                Map.of("email", "new@example.com", "roles", List.of("manager")))
            .expect(200);
    assertThat(answer.text("/email")).isEqualTo("new@example.com");
    assertThat(Json.texts(answer.at("/roles"))).containsExactly("manager");
    assertThat(answer.at("/is_active").asBoolean()).isTrue();
  }

  @Test
  void handsOnNoMoreThanTheCallerHolds() {
    Api machine =
        tenant.server().anonymous().withKey(tenant.key().scopes("users:manage").issue().value());
    for (String role : List.of("admin", "manager", "auditor", "gateway")) {
      Map<String, @Nullable Object> stronger = person(Unique.name("strong"));
      stronger.put("roles", List.of("developer", role));
      machine.post(USERS, stronger).expectProblem(403, "FORBIDDEN");
    }
    String made =
        USERS + "/" + machine.post(USERS, person(Unique.name("weak"))).expect(201).number("/id");
    machine.put(made, Map.of("password", PASSWORD, "email", "weak@example.com")).expect(200);
    machine.put(made, Map.of("roles", List.of("admin"))).expectProblem(403, "FORBIDDEN");

    Person administrator = tenant.newPerson("admin");
    String stronger = USERS + "/" + administrator.id();
    machine.put(stronger, Map.of("password", PASSWORD)).expectProblem(403, "FORBIDDEN");
    tenant.server().signIn(administrator.name(), administrator.password());
    machine.put(stronger, Map.of("roles", List.of("admin", "auditor"))).expect(200);
    machine.put(stronger, Map.of("is_active", false)).expect(200);
    machine.put(stronger, Map.of("is_active", true)).expectProblem(403, "FORBIDDEN");
    machine.put(stronger, Map.of("roles", List.of("developer"))).expect(200);
    machine.put(stronger, Map.of("is_active", true)).expect(200);
  }

  @Test
  void changesAPassword() {
    Person person = tenant.newPerson("developer");
    tenant.admin().put(USERS + "/" + person.id(), Map.of("password", PASSWORD)).expect(200);
    tenant.server().signIn(person.name(), PASSWORD).get("/api/v1/auth/me").expect(200);
    tenant
        .server()
        .anonymous()
        .post(
            "/api/v1/auth/token", Map.of("username", person.name(), "password", person.password()))
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void deletesAPersonAndKeepsTheHistory() {
    Person person = tenant.newPerson("developer");
    assertThat(tenant.admin().delete(USERS + "/" + person.id()).status()).isIn(200, 204);
    assertThat(
            tenant
                .server()
                .anonymous()
                .post(
                    "/api/v1/auth/token",
                    Map.of("username", person.name(), "password", person.password()))
                .status())
        .isEqualTo(401);
    Answer events =
        tenant.server().admin().get("/api/v1/audit/events?target=" + person.name()).expect(200);
    assertThat(Json.texts(events.at("/events"), "action")).contains("user.created");
  }

  @Test
  void isForAdministratorsOnly() {
    for (String role : List.of("developer", "manager", "auditor", "gateway")) {
      tenant.person(role).api().get(USERS).expectProblem(403, "FORBIDDEN");
      tenant
          .person(role)
          .api()
          .post(USERS, person(Unique.name("mallory")))
          .expectProblem(403, "FORBIDDEN");
    }
    tenant.server().anonymous().get(USERS).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void putsNobodyIntoAnotherOrganization() {
    Map<String, @Nullable Object> body = person(Unique.name("mallory"));
    body.put("organization_id", 1);
    Answer answer = add(body);
    assertThat(answer.expectAnyProblem().status()).isIn(400, 403, 404);
  }

  private void refuses(String field, Object value) {
    Map<String, @Nullable Object> body = person(Unique.name("eve"));
    body.put(field, value);
    Answer answer = add(body).expectProblem(400, "VALIDATION_FAILED");
    assertThat(answer.at("/errors/0/field").asText()).startsWith(field);
  }

  private Answer add(Map<String, @Nullable Object> body) {
    return tenant.admin().post(USERS, body);
  }

  private Map<String, @Nullable Object> person(String name) {
    return Json.object(
        "username",
        name,
        "password",
        PASSWORD,
        "email",
        name + "@example.com",
        "roles",
        List.of("developer"),
        "organization_id",
        tenant.id());
  }
}
