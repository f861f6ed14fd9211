package org.apikeys.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class WebhooksTest {
  @SuppressWarnings("NullAway.Init")
  private JsonObject vector;

  @SuppressWarnings("NullAway.Init")
  private Instant sent;

  @BeforeAll
  void readTheVectorOfAllClients() throws IOException {
    try (JsonReader reader =
        Json.createReader(Files.newBufferedReader(Path.of("..", "webhook-vector.json")))) {
      vector = reader.readObject();
    }
    sent = Instant.ofEpochSecond(Long.parseLong(vector.getString("timestamp")));
  }

  @Test
  void takesWhatTheServerSigned() {
    assertThat(isGenuine(vector.getString("signature"), vector.getString("body"), sent)).isTrue();
    String amongOthers = "v1,AAAA v2,x " + vector.getString("signature");
    assertThat(isGenuine(amongOthers, vector.getString("body"), sent)).isTrue();
  }

  @Test
  void refusesWhatWasChangedOrIsOld() {
    String signature = vector.getString("signature");
    String body = vector.getString("body");
    assertThat(isGenuine(signature, body + " ", sent)).isFalse();
    assertThat(isGenuine(signature, body, sent.plusSeconds(301))).isFalse();
    assertThat(isGenuine(signature, body, sent.minusSeconds(301))).isFalse();
    assertThat(isGenuine(signature.substring(0, 20), body, sent)).isFalse();
    assertThat(
            new Webhooks(vector.getString("secret")).isGenuine(null, null, null, bytes(body), sent))
        .isFalse();
  }

  @Test
  void needsASecret() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Webhooks("secret"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Webhooks("whsec_AAAA"));
  }

  private boolean isGenuine(String signature, String body, Instant now) {
    return new Webhooks(vector.getString("secret"))
        .isGenuine(
            vector.getString("id"), vector.getString("timestamp"), signature, bytes(body), now);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
