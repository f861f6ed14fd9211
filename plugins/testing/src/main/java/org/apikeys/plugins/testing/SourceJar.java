package org.apikeys.plugins.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.apikeys.api.plugin.PermissionPlugin;

/** A jar with a plugin that is compiled from source text: for tests of how plugins are loaded. */
public final class SourceJar {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private SourceJar() {}

  /** A jar with nothing in it. */
  public static SourceJar empty() {
    return new SourceJar();
  }

  /**
   * A jar with one plugin.
   *
   * @param type simple name of its class, in the package {@code made}
   * @param members the members of the class
   */
  public static SourceJar of(String type, String members) {
    SourceJar jar = new SourceJar();
    jar.entry("META-INF/services/" + PermissionPlugin.class.getName(), "made." + type + "\n");
    jar.entries.putAll(
        compiled(
            "made." + type,
            """
            package made;
            import java.util.*;
            import org.apikeys.api.plugin.*;
            public class %s implements PermissionPlugin {
            %s
            }
            """
                .formatted(type, members)));
    return jar;
  }

  /** The usual members: an id, a version, and scopes of low risk. */
  public static String members(String id, String version, String... scopes) {
    StringBuilder list = new StringBuilder();
    for (String scope : scopes) {
      list.append(list.isEmpty() ? "" : ", ")
          .append("new ScopeDeclaration(\"%s\", \"For a test\", Risk.LOW)".formatted(scope));
    }
    return """
        public String id() { return "%s"; }
        public String version() { return "%s"; }
        public String description() { return "Made for a test."; }
        public List<ScopeDeclaration> scopes() { return List.of(%s); }
        """
        .formatted(id, version, list);
  }

  /** With another entry. */
  public SourceJar entry(String name, String content) {
    entries.put(name, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** The bytes of the jar. */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        JarEntry written = new JarEntry(entry.getKey());
        written.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0)); // the same bytes every time
        jar.putNextEntry(written);
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Puts the jar into a folder, which is made when it is not there, as one move. */
  public Path in(Path folder, String name) {
    try {
      Files.createDirectories(folder);
      Path part = folder.resolve(name + ".part");
      Files.write(part, bytes());
      return Files.move(
          part, folder.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> compiled(String type, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    Map<String, byte[]> classes = new LinkedHashMap<>();
    try (Output output = new Output(compiler, classes)) {
      boolean done =
          compiler
              .getTask(
                  messages,
                  output,
                  null,
                  List.of("-proc:none"),
                  null,
                  List.of(new Source(type, source)))
              .call();
      if (!done) {
        throw new IllegalArgumentException(messages.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes;
  }

  /** The text of a class. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("text:///" + type.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Keeps compiled classes in memory. */
  private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, byte[]> classes;

    Output(JavaCompiler compiler, Map<String, byte[]> classes) throws IOException {
      super(compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8));
      this.classes = classes;
      Path api =
          Path.of(
              URI.create(
                  PermissionPlugin.class
                      .getProtectionDomain()
                      .getCodeSource()
                      .getLocation()
                      .toString()));
      ((javax.tools.StandardJavaFileManager) fileManager)
          .setLocationFromPaths(StandardLocation.CLASS_PATH, List.of(api));
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(
          URI.create("memory:///" + type.replace('.', '/') + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              classes.put(type.replace('.', '/') + ".class", toByteArray());
            }
          };
        }
      };
    }
  }
}
