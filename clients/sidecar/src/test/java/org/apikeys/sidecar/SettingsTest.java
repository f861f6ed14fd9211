package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final Path EXAMPLE = Path.of("../../config/sidecar/sidecar.properties");
  private static final Map<String, String> LEAST =
      Map.of(
          "APIKEYS_SIDECAR_SERVER",
          "http://127.0.0.1:8080",
          "APIKEYS_SIDECAR_KEY",
          "sk_live_secret");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void listensOnLoopbackAndTrustsNobodyUnlessToldTo() {
    Settings settings = Settings.read(LEAST, null);
    assertThat(settings.server()).hasToString("http://127.0.0.1:8080/");
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8090);
    assertThat(settings.trustedProxies().trusts("127.0.0.1")).isFalse();
    assertThat(settings.query()).isEqualTo(Settings.Query.PUBLISHABLE);
    assertThat(settings.staleLimit()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings).asString().doesNotContain("sk_live_secret");
  }

  @Test
  void hasTheDefaultsThatTheExampleSays() {
    Settings bare = Settings.read(LEAST, null);
    Settings example = Settings.read(LEAST, EXAMPLE);
    assertThat(example).usingRecursiveComparison().isEqualTo(bare);
  }

  @Test
  void readsAFileWhereTheEnvironmentSaysNothing() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "sk_live_in_a_file\n");
    Path file =
        Files.writeString(
            folder.resolve("sidecar.properties"),
            "apikeys.sidecar.server=https://keys.example.com/base\n"
                + "apikeys.sidecar.key-file="
                + key
                + "\napikeys.sidecar.port=1\napikeys.sidecar.threads=3\n");
    Settings settings = Settings.read(Map.of("APIKEYS_SIDECAR_PORT", "2"), file);
    assertThat(settings.server()).hasToString("https://keys.example.com/base/");
    assertThat(settings.key()).isEqualTo("sk_live_in_a_file");
    assertThat(settings.port()).isEqualTo(2);
    assertThat(settings.threads()).isEqualTo(3);
  }

  @Test
  void refusesAFileWithoutAKey() throws IOException {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.remove("APIKEYS_SIDECAR_KEY");
    environment.put(
        "APIKEYS_SIDECAR_KEY_FILE", Files.writeString(folder.resolve("key"), "\n").toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.read(environment, null))
        .withMessageContaining("APIKEYS_SIDECAR_KEY_FILE");
  }

  @Test
  void refusesASettingThatIsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("bad"), "apikeys.sidecar.prot=1\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.read(LEAST, file))
        .withMessageContaining("apikeys.sidecar.prot");
  }

  @ParameterizedTest
  @CsvSource({
    "SERVER, ftp://example.com",
    "SERVER, nowhere",
    "KEY_FILE, /both/are/given",
    "KEY, two words",
    "PORT, 65536",
    "PORT, x",
    "TRUSTED_PROXIES, example.com",
    "QUERY_PARAMETER, some",
    "STALE_LIMIT, 10",
    "STALE_LIMIT, PT2H",
    "STALE_LIMIT, PT0S",
    "TIMEOUT, -PT1S",
    "THREADS, 0",
    "CACHED_KEYS, 1.5"
  })
  void namesWhatIsWrong(String name, String value) {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.put("APIKEYS_SIDECAR_" + name, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.read(environment, null))
        .withMessageContaining("APIKEYS_SIDECAR_" + name.replace("KEY_FILE", "KEY"));
  }
}
