package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /api/v1/api-keys/{id}/reveal}. */
@ExtendWith(SharedServer.class)
class RevealKeyIT {
  private final Tenant tenant;

  RevealKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void showsAPublishableKeyAgain() {
    IssuedKey key = publishable();
    Answer answer = tenant.admin().post(key.path() + "/reveal").expect(200);
    assertThat(answer.text("/key")).isEqualTo(key.value());
    assertThat(answer.requireHeader("cache-control")).contains("no-store");
  }

  @Test
  void answersConflictForASecretKey() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().post(key.path() + "/reveal").expectProblem(409, "CONFLICT");
  }

  @Test
  void isForbiddenWithoutTheScope() {
    IssuedKey key = publishable();
    for (String role : new String[] {"manager", "auditor"}) {
      tenant.person(role).api().post(key.path() + "/reveal").expectProblem(403, "FORBIDDEN");
    }
  }

  @Test
  void showsTheRotatedValue() {
    IssuedKey key = publishable();
    String renewed =
        tenant
            .admin()
            .post(key.path() + "/rotate", Map.of("overlap", "PT1H"))
            .expect(200)
            .text("/key");
    assertThat(tenant.admin().post(key.path() + "/reveal").expect(200).text("/key"))
        .isEqualTo(renewed);
  }

  private IssuedKey publishable() {
    return tenant.key().with("publishable", true).with("environment", "development").issue();
  }
}
