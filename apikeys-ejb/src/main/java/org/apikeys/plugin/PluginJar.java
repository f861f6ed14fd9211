package org.apikeys.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.hot.Printable;
import org.jspecify.annotations.Nullable;

/**
 * A jar of the plugin folder, read whole and checked before any of its code runs.
 *
 * @param sha256 digest of the file, in hexadecimal digits
 * @param entries the content by name
 * @param plugin name of the class that is the plugin
 */
record PluginJar(String sha256, Map<String, byte[]> entries, String plugin) {
  private static final String SERVICE = "META-INF/services/" + PermissionPlugin.class.getName();
  private static final long MOST_FILE = 50L << 20;
  private static final long MOST_CONTENT = 200L << 20;
  private static final int MOST_ENTRIES = 20_000;
  private static final String META = "META-INF/";

  /** Reads and checks the file. */
  static PluginJar read(Path file, JarTrust trust) throws PluginRefused {
    Path copy = null;
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_FILE) {
        throw new PluginRefused("it is no file of at most 50 MiB");
      }
      byte[] bytes = Files.readAllBytes(file);
      String sha256 = sha256(bytes);
      trust.requireDigest(file, sha256);
      // what is checked and what is run is the same copy, whatever becomes of the file meanwhile
      copy = Files.createTempFile("apikeys-plugin", ".jar");
      Files.write(copy, bytes);
      Map<String, byte[]> entries = entries(copy, trust);
      return new PluginJar(sha256, entries, plugin(entries));
    } catch (OutOfMemoryError e) {
      // told once: tried again every few seconds, it would take everybody's memory each time
      throw new PluginRefused("there is not enough memory for its content");
    } catch (IOException | SecurityException e) {
      throw new PluginRefused("it can't be read as a jar: " + e.getMessage());
    } finally {
      delete(copy);
    }
  }

  private static Map<String, byte[]> entries(Path copy, JarTrust trust)
      throws IOException, PluginRefused {
    Map<String, byte[]> entries = new HashMap<>();
    long total = 0;
    int count = 0;
    try (JarFile jar = new JarFile(copy.toFile(), true)) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (++count > MOST_ENTRIES) {
          throw new PluginRefused("it has more than " + MOST_ENTRIES + " entries");
        }
        requireHarmless(entry.getName());
        if (entry.isDirectory()) {
          continue;
        }
        byte[] content;
        try (InputStream in = jar.getInputStream(entry)) {
          content = in.readNBytes((int) (MOST_CONTENT - total + 1));
        }
        total += content.length;
        if (total > MOST_CONTENT) {
          throw new PluginRefused("its content has more than 200 MiB");
        }
        if (entries.put(entry.getName(), content) != null) {
          throw new PluginRefused("it has two entries of the same name: " + shown(entry.getName()));
        }
        if (!entry.getName().toUpperCase(Locale.ROOT).startsWith(META)) {
          trust.requireSigner(shown(entry.getName()), signers(entry));
        } else if (entry.getName().equals(SERVICE)) {
          trust.requireSigner(SERVICE, signers(entry));
        }
      }
    }
    return entries;
  }

  /**
   * The certificates whose keys have signed the entry. Those behind them in a path prove nothing: a
   * jar brings them itself, and nobody has looked whether they have issued one another.
   */
  private static List<? extends Certificate> signers(JarEntry entry) {
    CodeSigner[] signers = entry.getCodeSigners();
    return Stream.of(signers == null ? new CodeSigner[0] : signers)
        .flatMap(signer -> signer.getSignerCertPath().getCertificates().stream().limit(1))
        .toList();
  }

  private static void requireHarmless(String name) throws PluginRefused {
    boolean leavesTheJar =
        name.startsWith("/")
            || name.contains("\\")
            || name.contains(":")
            || name.contains("//")
            || List.of(name.split("/", -1)).contains("..")
            || name.chars().anyMatch(c -> c < ' ');
    if (leavesTheJar) {
      throw new PluginRefused("it has an entry that leads out of it: " + shown(name));
    }
    if (name.startsWith("org/apikeys/api/")
        || name.startsWith("java/")
        || name.startsWith("org/jspecify/")) {
      throw new PluginRefused("it brings classes that are not its own: " + shown(name));
    }
  }

  /** The one class that the service file names. */
  private static String plugin(Map<String, byte[]> entries) throws PluginRefused {
    byte[] service = entries.get(SERVICE);
    if (service == null) {
      throw new PluginRefused("it has no " + SERVICE);
    }
    List<String> names =
        new String(service, StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() != 1) {
      throw new PluginRefused(SERVICE + " names " + names.size() + " classes and not one");
    }
    return names.get(0);
  }

  /** Makes the plugin. Runs the plugin's code. */
  PermissionPlugin make(String file) throws ReflectiveOperationException {
    Class<?> type = Class.forName(plugin, true, new PluginClassLoader(file, entries));
    if (!PermissionPlugin.class.isAssignableFrom(type)) {
      throw new IllegalArgumentException(plugin + " is no " + PermissionPlugin.class.getName());
    }
    return (PermissionPlugin) type.getConstructor().newInstance();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  private static String shown(String name) {
    String clean = Printable.of(name);
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }

  private static void delete(@Nullable Path copy) {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        copy.toFile().deleteOnExit();
      }
    }
  }
}
