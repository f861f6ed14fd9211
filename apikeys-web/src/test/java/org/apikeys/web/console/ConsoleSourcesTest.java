package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be told of the console's files without a browser. */
class ConsoleSourcesTest {
  private static final Path TREE = Path.of("src", "main", "webapp", "console");
  private static final Path SCRIPTS = TREE.resolve("js");
  private static final Pattern IMPORT =
      Pattern.compile("(?:\\sfrom\\s|\\bimport)\\s*\\(?\\s*'([^']+)'");
  private static final Pattern CALL =
      Pattern.compile("\\bt\\(((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*)\\)");
  private static final Pattern KEY = Pattern.compile("'([a-z_]+(?:\\.[\\w-]+)+)'");
  private static final Pattern GROUP = Pattern.compile("^\\s*`([a-z_.]+)\\.\\$\\{");
  private static final Pattern LABELLED =
      Pattern.compile("\\b(?:label|badge|options)\\('([a-z_.]+)'");
  private static final Pattern TITLE = Pattern.compile("title: '([^']+)'");

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(SCRIPTS)) {
      return files.filter(file -> file.toString().endsWith(".js")).sorted().toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thePageHasNothingInline() {
    String page = read(TREE.resolve("index.html"));
    assertThat(page).doesNotContainPattern("<script(?![^>]*\\bsrc=)[^>]*>");
    assertThat(page).doesNotContainPattern("<style|\\sstyle=|\\son\\w+=|javascript:");
    assertThat(page).doesNotContainPattern("(src|href)=\"(https?:)?//");
  }

  @Test
  void templatesHaveNothingThatThePolicyForbids() throws IOException {
    for (Path script : scripts()) {
      assertThat(read(script))
          .as(script.toString())
          .doesNotContainPattern("\\sstyle=[\"$]|\\son[a-z]+=[\"$]|javascript:")
          .doesNotContainPattern("\\b(innerHTML|outerHTML|insertAdjacentHTML|document\\.write)\\b")
          .doesNotContainPattern("\\b(unsafeHTML|unsafeSVG|unsafeStatic)\\b")
          .doesNotContainPattern("\\beval\\(|new Function\\(|setAttribute\\('style'")
          .doesNotContainPattern("https?://(?!')[a-z0-9]+\\.(?!example)[a-z]+.*import");
    }
  }

  @Test
  void nothingButTheThemeIsKeptInTheBrowser() throws IOException {
    for (Path script : scripts()) {
      if (!script.endsWith("theme.js")) {
        assertThat(read(script))
            .as(script.toString())
            .doesNotContainPattern(
                "\\b(localStorage|sessionStorage|indexedDB|caches)\\b|document\\.cookie");
      }
    }
  }

  @Test
  void everyImportIsThere() throws IOException {
    for (Path script : scripts()) {
      Matcher found = IMPORT.matcher(read(script));
      while (found.find()) {
        String name = found.group(1);
        assertThat(name).as(script + " imports by path").startsWith(".");
        Path target = TREE.relativize(script.resolveSibling(name).normalize());
        assertThat(isThere(target)).as(script + " imports " + name).isTrue();
      }
    }
  }

  /** In the source tree, or in the WebJar that {@code lib/<webjar>/} stands for. */
  private static boolean isThere(Path file) throws IOException {
    if (!file.startsWith("lib")) {
      return Files.isRegularFile(TREE.resolve(file));
    }
    String jar = file.getName(1).toString();
    String rest = file.subpath(2, file.getNameCount()).toString().replace('\\', '/');
    Properties built = new Properties();
    try (InputStream in =
        ConsoleSourcesTest.class.getResourceAsStream(
            "/META-INF/maven/org.webjars.npm/" + jar + "/pom.properties")) {
      built.load(Objects.requireNonNull(in, jar));
    }
    String path =
        "/META-INF/resources/webjars/" + jar + "/" + built.getProperty("version") + "/" + rest;
    return ConsoleSourcesTest.class.getResource(path) != null;
  }

  @Test
  void everyTextIsThere() throws IOException {
    Set<String> texts = Texts.keys(read(SCRIPTS.resolve("texts.js")));
    assertThat(texts).contains("app.name", "table.range", "status.active");
    Set<String> missing = new TreeSet<>();
    for (Path script : scripts()) {
      String source = read(script);
      Matcher call = CALL.matcher(source);
      while (call.find()) {
        require(call.group(1), texts, script, missing);
      }
      Matcher group = LABELLED.matcher(source);
      while (group.find()) {
        if (texts.stream().noneMatch(text -> text.startsWith(group.group(1) + "."))) {
          missing.add(group.group(1) + ".* in " + script);
        }
      }
      if (String.valueOf(script.getParent()).endsWith("routes")) {
        TITLE
            .matcher(source)
            .results()
            .map(title -> title.group(1))
            .filter(title -> !texts.contains(title))
            .forEach(title -> missing.add(title + " in " + script));
      }
    }
    assertThat(missing).isEmpty();
  }

  private static void require(
      String arguments, Set<String> texts, Path script, Set<String> missing) {
    Matcher group = GROUP.matcher(arguments);
    if (group.find() && texts.stream().noneMatch(text -> text.startsWith(group.group(1) + "."))) {
      missing.add(group.group(1) + ".* in " + script);
    }
    Matcher key = KEY.matcher(arguments.replaceFirst("\\{.*", ""));
    while (key.find()) {
      if (!texts.contains(key.group(1))) {
        missing.add(key.group(1) + " in " + script);
      }
    }
  }

  @Test
  void noTextStandsTwiceUnderOneName() {
    assertThat(Texts.doubles(read(SCRIPTS.resolve("texts.js")))).isEmpty();
  }
}
