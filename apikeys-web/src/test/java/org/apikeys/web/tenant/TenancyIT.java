package org.apikeys.web.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nobody sees, changes or infers what belongs to another organization. */
@ExtendWith(SharedServer.class)
class TenancyIT {
  private final Tenant tenant;
  private final Tenant other;

  TenancyIT(Tenant tenant) {
    this.tenant = tenant;
    other = tenant.server().newTenant();
  }

  @Test
  void hidesAForeignKeyOnEveryRoute() {
    IssuedKey foreign = other.key().issue();
    Api admin = tenant.admin();
    String path = foreign.path();
    for (Answer answer :
        List.of(
            admin.get(path),
            admin.put(path, Map.of("name", "mine")),
            admin.put(path, Map.of("colour", "red")),
            admin.delete(path),
            admin.post(path + "/rotate", Map.of("overlap", "PT1H")),
            admin.post(path + "/renew", Map.of("expires_at", "2099-01-01T00:00:00Z")),
            admin.post(path + "/revoke", Map.of("reason", "x")),
            admin.post(path + "/reveal"),
            admin.get(path + "/usage"),
            admin.get(path + "/generations"),
            admin.get(path + "/effective-permissions"))) {
      if (answer.status() != 400) {
        answer.expectProblem(404, "NOT_FOUND");
      }
    }
    Answer missing = admin.get("/api/v1/api-keys/999999999").expectProblem(404, "NOT_FOUND");
    assertThat(admin.get(path).text("/detail")).isEqualTo(missing.text("/detail"));
    assertThat(other.gateway().code(foreign)).isEqualTo("VALID");
  }

  @Test
  void hidesAForeignKeyFromAMachineToo() {
    IssuedKey foreign = other.key().issue();
    IssuedKey own = tenant.key().scopes("keys:read", "keys:write").issue();
    Api machine = tenant.server().anonymous().withKey(own.value());
    machine.get(foreign.path()).expectProblem(404, "NOT_FOUND");
    machine.delete(foreign.path()).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void listsOnlyTheOwnOrganization() {
    IssuedKey foreign = other.key().issue();
    IssuedKey own = tenant.key().issue();
    Answer keys = tenant.admin().get("/api/v1/api-keys?size=200").expect(200);
    assertThat(Json.texts(keys.at("/api_keys"), "key_id"))
        .contains(own.keyId())
        .doesNotContain(foreign.keyId());
    assertThat(
            tenant.admin().get("/api/v1/api-keys?q=" + foreign.name()).expect(200).number("/total"))
        .isZero();
    assertThat(
            tenant
                .admin()
                .get("/api/v1/api-keys?owner=" + other.person("admin").name())
                .expect(200)
                .number("/total"))
        .isZero();
    Answer stats = tenant.admin().get("/api/v1/dashboard/stats").expect(200);
    assertThat(stats.body()).doesNotContain("\"" + foreign.name() + "\"");
  }

  @Test
  void hidesForeignPeople() {
    Person foreign = other.newPerson("developer");
    Api admin = tenant.admin();
    String path = "/api/v1/users/" + foreign.id();
    admin.get(path).expectProblem(404, "NOT_FOUND");
    admin.put(path, Map.of("is_active", false)).expectProblem(404, "NOT_FOUND");
    admin.delete(path).expectProblem(404, "NOT_FOUND");
    assertThat(Json.texts(admin.get("/api/v1/users?size=200").expect(200).at("/users"), "username"))
        .doesNotContain(foreign.name());
    foreign.api().get("/api/v1/auth/me").expect(200);
  }

  @Test
  void showsAnAuditorOnlyTheOwnRecords() {
    IssuedKey foreign = other.key().issue();
    IssuedKey own = tenant.key().issue();
    Api auditor = tenant.person("auditor").api();
    assertThat(
            auditor.get("/api/v1/audit/events?target=" + foreign.keyId()).expect(200).at("/events"))
        .isEmpty();
    Answer mine = auditor.get("/api/v1/audit/events?target=" + own.keyId()).expect(200);
    assertThat(mine.at("/events").size()).isPositive();
    mine.at("/events")
        .forEach(
            event -> assertThat(event.path("organization_id").asLong()).isEqualTo(tenant.id()));
    long sequence =
        tenant
            .server()
            .admin()
            .get("/api/v1/audit/events?target=" + foreign.keyId())
            .expect(200)
            .number("/events/0/sequence");
    auditor.get("/api/v1/audit/events/" + sequence).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void rejectsUsageOfAForeignKey() {
    IssuedKey foreign = other.key().issue();
    Answer answer =
        tenant
            .gateway()
            .api()
            .post(
                "/api/v1/usage",
                Map.of(
                    "records",
                    List.of(
                        Map.of(
                            "key_id",
                            foreign.keyId(),
                            "endpoint",
                            "/x",
                            "method",
                            "GET",
                            "status_code",
                            200))))
            .expect(202);
    assertThat(answer.number("/accepted")).isZero();
    assertThat(answer.at("/rejected")).hasSize(1);
  }
}
