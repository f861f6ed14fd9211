package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CredentialTest {
  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private final Question question = new AskedWith(headers, null);

  @Test
  void takesOneCredentialWhereverItIs() {
    headers.add("x-api-key", " sk_1 ");
    assertThat(of("a=1")).contains("sk_1");
    headers.add("authorization", "bearer sk_1");
    assertThat(of(null)).contains("sk_1");
    headers.remove("x-api-key");
    assertThat(of(null)).contains("sk_1");
    headers.clear();
    assertThat(of("a=1&api_key=pk_1")).contains("pk_1");
    assertThat(of("a=1&api%5Fkey=pk%5f1")).contains("pk_1");
  }

  @Test
  void takesNoneWhereTheServerWouldNotOrWouldSayMore() {
    assertThat(of(null)).isEmpty();
    assertThat(of("api_key=sk_1")).isEmpty();
    assertThat(of("api_key=pk_1&api_key=pk_1")).isEmpty();
    headers.add("X-API-Key", "sk_1");
    assertThat(of("api_key=pk_1")).isEmpty();
    assertThat(of("%61pi_key=sk_2")).isEmpty();
    headers.add("X-API-Key", "sk_1");
    assertThat(of(null)).isEmpty();
    headers.clear();
    headers.add("Authorization", "Basic eDp5");
    assertThat(of(null)).isEmpty();
  }

  @Test
  void goesByTheSettingAboutQueries() {
    assertThat(Credential.of(question, Settings.Query.ALL, "api_key=sk_1")).contains("sk_1");
    assertThat(Credential.of(question, Settings.Query.NONE, "api_key=pk_1")).isEmpty();
  }

  private Optional<String> of(@Nullable String query) {
    return Credential.of(question, Settings.Query.PUBLISHABLE, null, query);
  }
}
