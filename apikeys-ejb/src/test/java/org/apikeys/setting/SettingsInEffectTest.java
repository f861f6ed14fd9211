package org.apikeys.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apikeys.setting.SettingsInEffect.Setting;
import org.eclipse.microprofile.config.ConfigValue;
import org.junit.jupiter.api.Test;

class SettingsInEffectTest {
  private static final String PASSWORD = "do-not-show-me";

  /** A value of the environment. */
  private record Given(String name, String value) implements ConfigValue {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public String getValue() {
      return value;
    }

    @Override
    public String getRawValue() {
      return value;
    }

    @Override
    public String getSourceName() {
      return "environment";
    }

    @Override
    public int getSourceOrdinal() {
      return 300;
    }
  }

  private static Setting of(String name, Map<String, String> given) {
    return new SettingsInEffect(
            asked -> given.containsKey(asked) ? new Given(asked, given.get(asked)) : null)
        .all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void tellsTheDefaultOfWhatNobodySet() {
    Setting limit = of("apikeys.verify.stale-limit", Map.of());
    assertThat(limit.value()).isEqualTo("PT10S");
    assertThat(limit.standard()).isEqualTo("PT10S");
    assertThat(limit.isSet()).isFalse();
    assertThat(limit.source()).isEqualTo("default");
    assertThat(limit.section()).isNotEmpty();
    assertThat(limit.description()).endsWith(".");
  }

  @Test
  void tellsWhatIsSetAndWhere() {
    Setting limit = of("apikeys.verify.stale-limit", Map.of("apikeys.verify.stale-limit", "PT2S"));
    assertThat(limit.value()).isEqualTo("PT2S");
    assertThat(limit.standard()).isEqualTo("PT10S");
    assertThat(limit.isSet()).isTrue();
    assertThat(limit.source()).isEqualTo("environment");
  }

  @Test
  void neverTellsASecret() {
    for (String name :
        new String[] {"apikeys.db.password", "apikeys.admin.password", "apikeys.mail.password"}) {
      Setting secret = of(name, Map.of(name, PASSWORD));
      assertThat(secret.isSecret()).isTrue();
      assertThat(secret.isSet()).isTrue();
      assertThat(secret.toString()).doesNotContain(PASSWORD);
    }
  }

  @Test
  void takesCredentialsOutOfAddresses() {
    Setting inQuery =
        of(
            "apikeys.db.url",
            Map.of(
                "apikeys.db.url",
                "jdbc:postgresql://db/apikeys?user=a&password=" + PASSWORD + "&ssl=true"));
    assertThat(inQuery.value())
        .isEqualTo("jdbc:postgresql://db/apikeys?user=…&password=…&ssl=true");
    Setting inHost =
        of(
            "apikeys.db.url",
            Map.of("apikeys.db.url", "jdbc:postgresql://me:" + PASSWORD + "@db/apikeys"));
    assertThat(inHost.value()).isEqualTo("jdbc:postgresql://…@db/apikeys");
  }
}
