package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /api/v1/organizations}. */
@ExtendWith(SharedServer.class)
class OrganizationsIT {
  private static final String ORGANIZATIONS = "/api/v1/organizations";

  private final Tenant tenant;
  private final Api admin;

  OrganizationsIT(Tenant tenant) {
    this.tenant = tenant;
    admin = tenant.server().admin();
  }

  @Test
  void addsReadsAndRenames() {
    String name = Unique.name("Acme");
    Answer added = admin.post(ORGANIZATIONS, Map.of("name", name)).expect(201);
    String path = ORGANIZATIONS + "/" + added.number("/id");
    assertThat(added.requireHeader("location")).endsWith(path);
    assertThat(admin.get(path).expect(200).text("/name")).isEqualTo(name);
    String renamed = Unique.name("Acme Ltd");
    assertThat(admin.put(path, Map.of("name", renamed)).expect(200).text("/name"))
        .isEqualTo(renamed);
    Answer list = admin.get(ORGANIZATIONS + "?size=200").expect(200);
    assertThat(Json.texts(list.at("/organizations"), "name")).contains(renamed);
    assertThat(list.number("/total")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void knowsTheDefaultOrganization() {
    assertThat(admin.get(ORGANIZATIONS + "/1").expect(200).number("/id")).isEqualTo(1);
  }

  @Test
  void refusesANameThatIsTakenOrNone() {
    String name = Unique.name("Twice");
    admin.post(ORGANIZATIONS, Map.of("name", name)).expect(201);
    admin.post(ORGANIZATIONS, Map.of("name", name)).expectProblem(409, "CONFLICT");
    admin.post(ORGANIZATIONS, Map.of("name", " ")).expectInvalid("name");
    admin.post(ORGANIZATIONS, "{}").expectInvalid("name");
    admin.post(ORGANIZATIONS, Map.of("name", "x".repeat(300))).expectInvalid("name");
    admin.post(ORGANIZATIONS, Map.of("name", 5)).expectInvalid("name");
    admin
        .post(ORGANIZATIONS, Map.of("name", Unique.name("Blue"), "colour", "blue"))
        .expectInvalid("colour");
  }

  @Test
  void isForAdministratorsOfTheDefaultOrganization() {
    Answer foreign = tenant.admin().post(ORGANIZATIONS, Map.of("name", Unique.name("own")));
    foreign.expectProblem(403, "FORBIDDEN");
    Tenant first = Tenant.ofDefaultOrganization(tenant.server());
    first.person("manager").api().get(ORGANIZATIONS).expectProblem(403, "FORBIDDEN");
    first
        .person("developer")
        .api()
        .post(ORGANIZATIONS, Map.of("name", Unique.name("own")))
        .expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().get(ORGANIZATIONS).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void answersNotFoundForNoOrganization() {
    admin.get(ORGANIZATIONS + "/999999999").expectProblem(404, "NOT_FOUND");
    admin.get(ORGANIZATIONS + "/abc").expectProblem(404, "NOT_FOUND");
    admin.put(ORGANIZATIONS + "/999999999", Map.of("name", "x")).expectProblem(404, "NOT_FOUND");
  }
}
