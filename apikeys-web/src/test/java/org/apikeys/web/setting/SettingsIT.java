package org.apikeys.web.setting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /api/v1/settings}. */
@ExtendWith(SharedServer.class)
class SettingsIT {
  private static final String SETTINGS = "/api/v1/settings";

  private final Tenant tenant;

  SettingsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  private static JsonNode named(Answer answer, String name) {
    for (JsonNode setting : answer.at("/settings")) {
      if (setting.path("name").asText().equals(name)) {
        return setting;
      }
    }
    throw new AssertionError("no setting " + name);
  }

  @Test
  void tellsWhatIsInEffectAndWhereItComesFrom() {
    Answer answer = tenant.server().admin().get(SETTINGS).expect(200);
    JsonNode folder = named(answer, "apikeys.data.dir");
    assertThat(folder.path("is_set").asBoolean()).isTrue();
    assertThat(folder.path("default").asText()).isEqualTo("./data");
    assertThat(folder.path("value").asText()).isNotEmpty().isNotEqualTo("./data");
    assertThat(folder.path("source").asText()).isNotEqualTo("default");
    JsonNode limit = named(answer, "apikeys.usage.details-per-second");
    assertThat(limit.path("description").asText()).isNotEmpty();
  }

  @Test
  void tellsNoSecret() {
    Answer answer = tenant.server().admin().get(SETTINGS).expect(200);
    JsonNode password = named(answer, "apikeys.admin.password");
    assertThat(password.path("is_secret").asBoolean()).isTrue();
    assertThat(password.path("value").isNull()).isTrue();
  }

  @Test
  void tellsAdministratorsOfTheDefaultOrganizationAlone() {
    tenant.admin().get(SETTINGS).expectProblem(403, "FORBIDDEN");
    tenant.server().anonymous().get(SETTINGS).expectProblem(401, "UNAUTHENTICATED");
  }
}
