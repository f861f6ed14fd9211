package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.setting.Settings;

/** The texts of notices: {@code config/notices.properties}, or the file that a setting names. */
@ApplicationScoped
public class Templates {
  private static final Pattern FACT = Pattern.compile("\\{([a-z_]+)}");

  private final Properties texts = new Properties();

  @Inject
  public Templates(Settings settings) {
    try (Reader file = open(settings.noticeTemplates())) {
      texts.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The file of apikeys.notices.templates can't be read.", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "The file of apikeys.notices.templates is wrong: " + e.getMessage(), e);
    }
  }

  protected Templates() {}

  private static Reader open(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      return Files.newBufferedReader(file.get());
    }
    InputStream builtIn = Templates.class.getResourceAsStream("/notices.properties");
    if (builtIn == null) {
      throw new IOException("notices.properties is missing from the application");
    }
    return new InputStreamReader(builtIn, StandardCharsets.UTF_8);
  }

  /** One line. */
  String title(String event, Map<String, String> facts) {
    // a fact with a line break must not become a header of a mail
    return filled(texts.getProperty(event + ".title", event), facts).replaceAll("\\s+", " ");
  }

  String text(String event, Map<String, String> facts) {
    return filled(texts.getProperty(event + ".text", ""), facts);
  }

  private static String filled(String template, Map<String, String> facts) {
    Matcher fact = FACT.matcher(template);
    return fact.replaceAll(
        found -> Matcher.quoteReplacement(facts.getOrDefault(found.group(1), "-")));
  }
}
