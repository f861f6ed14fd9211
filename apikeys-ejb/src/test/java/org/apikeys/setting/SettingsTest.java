package org.apikeys.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  private static Settings of(Map<String, String> values) {
    return new Settings(name -> Optional.ofNullable(values.get(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "apikeys.hash, wrong-value",
    "apikeys.hash, HMAC_SHA256",
    "apikeys.auth.query-parameter, wrong-value",
    "apikeys.verify.stale-limit, wrong-value",
    "apikeys.clock.offset, wrong-value",
    "apikeys.clock.offset, PT17H",
    "apikeys.demo, wrong-value",
    "apikeys.demo, TRUE",
    "apikeys.token.lifetime, PT59S",
    "apikeys.token.lifetime, PT25H",
    "apikeys.token.lifetime, -PT17H",
    "apikeys.usage.details-per-second, wrong-value",
    "apikeys.usage.details-per-second, -17",
    "apikeys.usage.details-per-second, 1000017",
    "apikeys.usage.details-per-second, 17.5",
    "apikeys.verify.answered-by, wrong-value",
    "apikeys.verify.cached-keys, 17",
    "apikeys.verify.cached-keys, 99999999999999",
    "apikeys.key.public-length, 3",
    "apikeys.key.public-length, 33",
    "apikeys.key.secret-length, 15",
    "apikeys.key.secret-length, wrong-value",
    "apikeys.key.secret-prefix, Wrong Value",
    "apikeys.key.publishable-prefix, sk",
    "apikeys.key.alphabet, aab",
    "apikeys.token.lifetime, PT24H1M",
    "apikeys.db.url, jdbc:mysql://127.0.0.1/apikeys",
    "apikeys.mail.from, garbage",
    "apikeys.mail.from, someone@",
    "apikeys.mail.from, Somebody <someone@example.com",
    "apikeys.mail.from, a@example.com;b@example.com",
    "apikeys.plugins.time-limit, PT2562047788015215H",
    "apikeys.plugins.time-limit, PT60.9S",
    "apikeys.verify.stale-limit, PT2562047788015215H",
  })
  void refusesAWrongValueWithItsNameAndWithoutIt(String name, String value) {
    assertThatThrownBy(() -> of(Map.of(name, value)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(name)
        .satisfies(
            e -> {
              if (value.length() > 2) {
                assertThat(String.valueOf(e.getMessage()).replace(name, "")).doesNotContain(value);
              }
            });
  }

  @ParameterizedTest
  @CsvSource({"-PT1S", "-P1D"})
  void refusesAStaleLimitBelowZero(String value) {
    assertThatThrownBy(() -> of(Map.of("apikeys.verify.stale-limit", value)))
        .hasMessageContaining("apikeys.verify.stale-limit");
  }

  private static final Map<String, String> OPEN_ID =
      Map.of(
          "mp.jwt.verify.issuer", "https://id.example.com/realms/staff",
          "apikeys.openid.client-id", "console",
          "apikeys.openid.redirect-uri", "https://keys.example.com/console/signed-in");

  @Test
  void knowsTheProviderThatPeopleSignInWith() {
    OpenIdSettings provider = of(OPEN_ID).openId().orElseThrow();

    assertThat(provider.issuer()).isEqualTo("https://id.example.com/realms/staff");
    assertThat(provider.scope()).isEqualTo("openid profile email");
    assertThat(provider.name()).isEqualTo("id.example.com");
    assertThat(provider.secret()).isEmpty();
    assertThat(of(Map.of("mp.jwt.verify.issuer", "apikeys")).openId()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "mp.jwt.verify.issuer, apikeys",
    "mp.jwt.verify.issuer, http://id.example.com",
    "mp.jwt.verify.issuer, https://id.example.com/?realm=staff",
    "apikeys.openid.client-id, two words",
    "apikeys.openid.scope, profile email",
    "apikeys.openid.redirect-uri, http://keys.example.com/console/signed-in",
    "apikeys.openid.redirect-uri, https://keys.example.com/console/",
    "apikeys.openid.redirect-uri, https://user@keys.example.com/console/signed-in",
    "apikeys.openid.redirect-uri, //keys.example.com/console/signed-in",
  })
  void refusesAProviderThatIsNotSafe(String name, String value) {
    Map<String, String> values = new HashMap<>(OPEN_ID);
    values.put(name, value);

    assertThatThrownBy(() -> of(values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(name);
  }

  @Test
  void takesTheDefaultsWhenNothingIsSet() {
    Settings settings = of(Map.of());

    assertThat(settings.hash()).isEqualTo(Settings.Hash.HMAC_SHA256);
    assertThat(settings.queryParameter()).isEqualTo(Settings.QueryParameter.PUBLISHABLE);
    assertThat(settings.staleLimit()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.clockOffset()).isZero();
    assertThat(settings.demo()).isFalse();
    assertThat(settings.trustedProxies()).isEmpty();
    assertThat(settings.databaseUrl()).isEmpty();
    assertThat(settings.dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
  }

  @Test
  void readsWhatIsSet() {
    Settings settings =
        of(
            Map.of(
                "apikeys.trusted-proxies", "10.0.0.0/8, 192.0.2.1 ,",
                "apikeys.clock.offset", "PT1H",
                "apikeys.clock.rehearsal", "true",
                "apikeys.keys.pepper", "/run/secrets/pepper",
                "apikeys.data.dir", "/var/lib/../lib/apikeys",
                "apikeys.hash", "bcrypt",
                "apikeys.mail.from", "API keys <keys@example.com>"));

    assertThat(settings.mailFrom()).isEqualTo("API keys <keys@example.com>");

    assertThat(settings.trustedProxies()).containsExactly("10.0.0.0/8", "192.0.2.1");
    assertThat(settings.clockOffset()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.keyFile("pepper")).isEqualTo(Path.of("/run/secrets/pepper"));
    assertThat(settings.keyFile("jwt")).isEqualTo(Path.of("/var/lib/apikeys/jwt.key"));
    assertThat(settings.hash()).isEqualTo(Settings.Hash.BCRYPT);
  }
}
