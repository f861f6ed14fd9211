package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apikeys.setting.Settings;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

class GeographyTest {
  private final Path folder = TestStore.newFolder();

  private static Geography with(Map<String, String> settings) {
    return new Geography(new Settings(name -> Optional.ofNullable(settings.get(name))));
  }

  private Geography withDatabase() throws IOException {
    Path file =
        new GeoDatabase()
            .with("203.0.113.0/24", "DE")
            .with("198.51.100.0/25", "BR")
            .writeTo(folder.resolve("country.mmdb"));
    return with(Map.of("apikeys.geoip.database", file.toString()));
  }

  @Test
  void readsTheOperatorsDatabase() throws IOException {
    Geography geography = withDatabase();
    assertThat(geography.country("203.0.113.9")).isEqualTo("DE");
    assertThat(geography.country("198.51.100.1")).isEqualTo("BR");
    assertThat(geography.country("198.51.100.200")).as("not in the database").isNull();
    assertThat(geography.country("2001:db8::1")).as("IPv6 in a database of IPv4").isNull();
    assertThat(geography.country("not an address")).isNull();
    assertThat(geography.country(null)).isNull();
    assertThat(geography.whyUnknown()).isNull();
    assertThat(geography.source()).isEqualTo("database");
  }

  @Test
  void saysWhyNothingIsKnown() {
    Geography geography = with(Map.of());
    assertThat(geography.country("203.0.113.9")).isNull();
    assertThat(geography.whyUnknown()).contains("apikeys.geoip.database");
    assertThat(geography.source()).isEqualTo("none");
  }

  @Test
  void believesWhatAProxySaysWhenItMay() {
    Geography geography = with(Map.of("apikeys.geoip.header", "CF-IPCountry"));
    geography.note("203.0.113.9", "fr");
    geography.note("203.0.113.10", "XX");
    geography.note("203.0.113.11", "<script>");
    geography.note("203.0.113.12", null);
    assertThat(geography.country("203.0.113.9")).isEqualTo("FR");
    assertThat(geography.country("203.0.113.10")).isNull();
    assertThat(geography.country("203.0.113.11")).isNull();
    assertThat(geography.country("203.0.113.12")).isNull();
    assertThat(geography.source()).isEqualTo("header");
  }

  @Test
  void refusesAFileThatIsNoDatabase() throws IOException {
    Path file = Files.writeString(folder.resolve("no.mmdb"), "not a database");
    assertThatThrownBy(() -> with(Map.of("apikeys.geoip.database", file.toString())))
        .hasMessageContaining("apikeys.geoip.database")
        .hasMessageNotContaining("no.mmdb");
    assertThatThrownBy(
            () -> with(Map.of("apikeys.geoip.database", folder.resolve("absent").toString())))
        .hasMessageContaining("apikeys.geoip.database");
  }
}
