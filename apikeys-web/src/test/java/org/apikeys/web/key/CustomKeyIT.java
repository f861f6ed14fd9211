package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/v1/api-keys} with {@code custom_key}. */
@Disabled("keys of a value that the creator chooses are not built yet")
@ExtendWith(SharedServer.class)
class CustomKeyIT {
  private final Tenant tenant;

  CustomKeyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void takesACustomValue() {
    String value = Unique.name("Vq7x-Lm2_Rt9.Zk4w/Hp8y");
    JsonNode key = tenant.key().with("custom_key", value).issue().json();
    assertThat(key.path("key").asText()).isEqualTo(value);
    assertThat(key.path("key_prefix").asText()).isEqualTo(value.substring(0, 6));
    assertThat(tenant.gateway().code(value)).isEqualTo("VALID");
  }

  @Test
  void refusesACustomValueThatIsTaken() {
    String value = Unique.name("Bw3n-Xc6_Pd1.Jf5s/Gk7t");
    tenant.key().with("custom_key", value).issue();
    tenant.key().with("custom_key", value).send().expectProblem(409, "CONFLICT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Vq7x-Lm2_Rt9.Zk4w",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "passwordpasswordpasswordpassword",
        "12345678901234567890123456789012",
        "Vq7x Lm2_Rt9.Zk4w/Hp8y space in it",
        "Vq7x-Lm2_Rt9.Zk4w/Hp8y-ünïcödé"
      })
  void refusesACustomValueThatIsShortOrGuessableOrNotVisibleAscii(String value) {
    Answer answer = tenant.key().with("custom_key", value).send().expectInvalid("custom_key");
    assertThat(answer.body()).doesNotContain(value);
  }

  @Test
  void refusesACustomValueThatIsTooLong() {
    tenant.key().with("custom_key", "Vq7x-Lm2_".repeat(29)).send().expectInvalid("custom_key");
  }
}
