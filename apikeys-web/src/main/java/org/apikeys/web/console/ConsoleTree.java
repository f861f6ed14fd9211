package org.apikeys.web.console;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the console and of the libraries that it uses. {@code lib/<webjar>/…} is a file of
 * that WebJar, in whatever version is there; everything else is the console's own.
 */
final class ConsoleTree {
  /** What stands in the page where the address of the tree belongs. */
  static final String PLACE = "@ASSETS@";

  private static final String OWN = "/console/";
  private static final String LIBRARY = "lib/";
  private static final String WEBJARS = "/webjars/";
  private static final int NAME_LENGTH = 16;

  /** The libraries, by the names of their WebJars: no other WebJar is the console's to serve. */
  private static final Set<String> LIBRARIES =
      Set.of("chart.js", "lit__reactive-element", "lit-html", "tabler__core");

  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "html", "text/html; charset=utf-8");

  /** No step up, no hidden file, nothing that a resource path could read otherwise. */
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_][\\w.-]*(/[A-Za-z0-9_][\\w.-]*)*");

  private final ServletContext context;
  private final Map<String, Optional<String>> versions = new ConcurrentHashMap<>();
  private final Map<String, ConsoleFile> files = new ConcurrentHashMap<>();
  private final String name;

  ConsoleTree(ServletContext context) {
    this.context = context;
    this.name = nameOfContent();
  }

  /** Changes whenever a file of the console, or the version of a library, does. */
  String name() {
    return name;
  }

  /** The file at a path within the tree; empty when there is none. */
  Optional<ConsoleFile> file(String path) {
    ConsoleFile known = files.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    byte[] content = type == null || type.startsWith("text/html") ? null : read(path);
    if (type == null || content == null) {
      return Optional.empty();
    }
    ConsoleFile file = ConsoleFile.of(type, content);
    files.put(path, file); // bounded: paths that name a file
    return Optional.of(file);
  }

  /** The page, for an application at a path such as "" or "/keys". */
  ConsoleFile page(String contextPath) {
    return files.computeIfAbsent(
        "/",
        slash -> {
          byte[] template = read("index.html");
          if (template == null) {
            throw new IllegalStateException("the console has no page");
          }
          String text =
              new String(template, StandardCharsets.UTF_8)
                  .replace(PLACE, contextPath + OWN + "assets/" + name);
          return ConsoleFile.of("text/html; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        });
  }

  private byte @Nullable [] read(String path) {
    String resource = PATH.matcher(path).matches() ? resource(path) : null;
    if (resource == null) {
      return null;
    }
    try (InputStream in = context.getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("a file of the console can't be read", e);
    }
  }

  private @Nullable String resource(String path) {
    if (!path.startsWith(LIBRARY)) {
      return OWN + path;
    }
    String rest = path.substring(LIBRARY.length());
    int end = rest.indexOf('/');
    String library = end < 0 ? rest : rest.substring(0, end);
    if (end < 0 || !LIBRARIES.contains(library)) {
      return null;
    }
    return version(library).map(folder -> folder + rest.substring(end + 1)).orElse(null);
  }

  /** The folder of the one version of a library, with a slash at its end. */
  private Optional<String> version(String library) {
    return versions.computeIfAbsent(
        library,
        key -> {
          Set<String> found = context.getResourcePaths(WEBJARS + key + "/");
          return found == null ? Optional.empty() : found.stream().findFirst();
        });
  }

  private String nameOfContent() {
    StringBuilder all = new StringBuilder();
    for (String library : new TreeSet<>(LIBRARIES)) {
      all.append(version(library).orElseThrow(() -> new IllegalStateException("no " + library)));
    }
    TreeSet<String> own = new TreeSet<>();
    collect(OWN, own);
    for (String path : own) {
      byte[] content = read(path.substring(OWN.length()));
      all.append(path).append(content == null ? "" : hash(content));
    }
    return hash(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void collect(String folder, Set<String> found) {
    Set<String> paths = context.getResourcePaths(folder);
    for (String path : paths == null ? Set.<String>of() : paths) {
      if (path.endsWith("/")) {
        collect(path, found);
      } else {
        found.add(path);
      }
    }
  }

  static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest).substring(0, NAME_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }
}
