package org.apikeys.setting;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Every setting as it counts on this server, and where that comes from. What there is to set is
 * read from {@code config/apikeys.properties}, which describes them all.
 */
@ApplicationScoped
public class SettingsInEffect {
  private static final String FILE = "/apikeys.properties";
  private static final Pattern SECTION = Pattern.compile("## (.+)");
  private static final Pattern SETTING = Pattern.compile("#?(apikeys\\.[a-z.-]+)=(.*)");
  private static final Pattern REMARK = Pattern.compile("# (.+)");
  private static final Pattern SECRET = Pattern.compile(".*\\.(password|secret|passphrase)");

  /**
   * A setting.
   *
   * @param value null when nothing is set and there is no default, and always for a secret
   * @param isSecret whether its value is never told
   * @param isSet whether it has a value, for those that are not told
   * @param source the name of where the value comes from, as the server calls it; {@code default}
   *     when nobody has set it
   */
  public record Setting(
      String name,
      String section,
      String description,
      @Nullable String standard,
      @Nullable String value,
      boolean isSecret,
      boolean isSet,
      String source) {}

  private record Described(String name, String section, String description, String standard) {}

  private final List<Described> described;
  private final Function<String, @Nullable ConfigValue> values;

  public SettingsInEffect() {
    this(ConfigProvider.getConfig(Settings.class.getClassLoader())::getConfigValue);
  }

  SettingsInEffect(Function<String, @Nullable ConfigValue> values) {
    this.values = values;
    this.described = read();
  }

  public List<Setting> all() {
    return described.stream().map(this::inEffect).toList();
  }

  private Setting inEffect(Described one) {
    ConfigValue found = values.apply(one.name());
    String set = found == null || found.getValue() == null ? "" : found.getValue().strip();
    boolean isSet = !set.isEmpty();
    boolean isSecret = SECRET.matcher(one.name()).matches();
    String standard = one.standard().isEmpty() ? null : one.standard();
    String value = isSet ? withoutCredentials(set) : standard;
    return new Setting(
        one.name(),
        one.section(),
        one.description(),
        standard,
        isSecret ? null : value,
        isSecret,
        isSet,
        isSet && found != null ? found.getSourceName() : "default");
  }

  /** Of an address of a database: user and password can stand in it. */
  private static String withoutCredentials(String value) {
    return value
        .replaceAll("(?i)([?&;](?:user|password|sslpassword)=)[^&;]*", "$1…")
        .replaceAll("//[^/@?]*@", "//…@");
  }

  private static List<Described> read() {
    try (InputStream file = SettingsInEffect.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException("apikeys.properties is missing from the application");
      }
      return parse(new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("The description of the settings can't be read.", e);
    }
  }

  /** A remark stands before the settings that it is about; an empty line ends it. */
  private static List<Described> parse(BufferedReader lines) {
    List<Described> found = new ArrayList<>();
    StringBuilder remark = new StringBuilder();
    String section = "";
    boolean described = false;
    for (String line : (Iterable<String>) lines.lines()::iterator) {
      Matcher head = SECTION.matcher(line);
      Matcher setting = SETTING.matcher(line);
      Matcher words = REMARK.matcher(line);
      if (head.matches()) {
        section = head.group(1);
        remark.setLength(0);
      } else if (setting.matches()) {
        found.add(
            new Described(
                setting.group(1), section, remark.toString().strip(), setting.group(2).strip()));
        described = true;
      } else if (words.matches()) {
        if (described) {
          remark.setLength(0);
          described = false;
        }
        remark.append(words.group(1)).append(' ');
      } else {
        remark.setLength(0);
        described = false;
      }
    }
    return found;
  }
}
