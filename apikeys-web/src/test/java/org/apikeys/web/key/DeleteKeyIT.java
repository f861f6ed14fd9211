package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code DELETE /api/v1/api-keys/{id}} and {@code POST {id}/revoke}. */
@ExtendWith(SharedServer.class)
class DeleteKeyIT {
  private final Tenant tenant;

  DeleteKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void revokesAtOnceAndSaysSo() {
    IssuedKey key = tenant.key().issue();
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
    assertThat(tenant.admin().delete(key.path() + "?reason=leaked").expect(200).text("/message"))
        .isEqualTo("API key deleted successfully");
    assertThat(tenant.gateway().code(key)).isEqualTo("REVOKED");
    assertThat(tenant.admin().get(key.path()).expect(200).text("/status")).isEqualTo("revoked");
  }

  @Test
  void revokesByPost() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().post(key.path() + "/revoke", Map.of("reason", "leaked")).expect(200);
    assertThat(tenant.gateway().code(key)).isEqualTo("REVOKED");
  }

  @Test
  void answersASecondTimeWithoutAnotherEffect() {
    IssuedKey key = tenant.key().issue();
    tenant.admin().delete(key.path()).expect(200);
    assertThat(tenant.admin().delete(key.path()).status()).isIn(200, 404, 409);
    assertThat(tenant.admin().get(key.path()).expect(200).text("/status")).isEqualTo("revoked");
  }

  @Test
  void letsADeveloperRevokeTheirOwnOnly() {
    IssuedKey foreign = tenant.key().issue();
    IssuedKey own =
        tenant.key().with("environment", "development").issueBy(tenant.person("developer").api());
    tenant.person("developer").api().delete(own.path()).expect(200);
    tenant.person("developer").api().delete(foreign.path()).expectProblem(404, "NOT_FOUND");
    assertThat(tenant.gateway().code(foreign)).isEqualTo("VALID");
  }

  @Test
  void isForbiddenToAnAuditor() {
    IssuedKey key = tenant.key().issue();
    tenant.person("auditor").api().delete(key.path()).expectProblem(403, "FORBIDDEN");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  @Test
  void answersNotFoundForNoKey() {
    tenant.admin().delete("/api/v1/api-keys/999999999").expectProblem(404, "NOT_FOUND");
  }
}
