package org.apikeys.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The file that operators edit names every setting, with the default that really holds. */
class SettingsFileTest {
  private static final Path FILE = Path.of("..", "config", "apikeys.properties");
  private static final Path CODE = Path.of("src/main/java/org/apikeys/setting/Settings.java");
  private static final Pattern LITERAL = Pattern.compile("\"(apikeys\\.[a-z.-]+)\"");

  @Test
  void namesEverySettingThatIsRead() throws IOException {
    Set<String> named = file().stringPropertyNames();
    for (String literal : literals()) {
      assertThat(named)
          .as("config/apikeys.properties names %s", literal)
          .anyMatch(name -> isRead(name, literal));
    }
  }

  @Test
  void namesNothingThatIsNotRead() throws IOException {
    Set<String> read = literals();
    assertThat(file().stringPropertyNames())
        .allMatch(name -> read.stream().anyMatch(literal -> isRead(name, literal)));
  }

  @Test
  void tellsTheRealDefaults() throws IOException, ReflectiveOperationException {
    Properties file = file();
    Settings written =
        new Settings(
            name -> Optional.ofNullable(file.getProperty(name)).filter(text -> !text.isEmpty()));
    Settings standard = new Settings(name -> Optional.empty());
    for (Method setting : Settings.class.getDeclaredMethods()) {
      if (Modifier.isPublic(setting.getModifiers())
          && !Modifier.isStatic(setting.getModifiers())
          && setting.getParameterCount() == 0) {
        assertThat(setting.invoke(written))
            .as(setting.getName())
            .isEqualTo(setting.invoke(standard));
      }
    }
    for (String key : Set.of("pepper", "encryption", "jwt")) {
      assertThat(written.keyFile(key)).isEqualTo(standard.keyFile(key));
    }
  }

  /** The file with every setting in it set. */
  private static Properties file() throws IOException {
    Properties settings = new Properties();
    settings.load(new StringReader(Files.readString(FILE).replaceAll("(?m)^#(?=apikeys\\.)", "")));
    return settings;
  }

  private static Set<String> literals() throws IOException {
    return LITERAL
        .matcher(Files.readString(CODE))
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A literal that ends with a dot is the beginning of several settings. */
  private static boolean isRead(String name, String literal) {
    return literal.endsWith(".") ? name.startsWith(literal) : name.equals(literal);
  }
}
