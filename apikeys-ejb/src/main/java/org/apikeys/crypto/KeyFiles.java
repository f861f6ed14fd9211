package org.apikeys.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.setting.Settings;

/** The key files of an installation as they lie on the disk, to be carried to another machine. */
public final class KeyFiles {
  private static final String SIGN_IN = "jwt";
  private static final List<String> NAMES = List.of("pepper", "encryption", SIGN_IN, "audit");

  private KeyFiles() {}

  /** Content by name. */
  public static Map<String, String> read(Settings settings) {
    Map<String, String> files = new TreeMap<>();
    for (String name : NAMES) {
      Path file = settings.keyFile(name);
      if (Files.exists(file)) {
        files.put(name, content(file));
      }
    }
    return files;
  }

  /**
   * Puts files where the settings want them. A file that is there has to be the same; but the one
   * that signs tokens is kept, since a server makes it before anything else, and all that its loss
   * costs is that people sign in again.
   *
   * @throws IllegalStateException when another key is there; nothing was written then
   */
  public static void restore(Settings settings, Map<String, String> files) {
    for (Map.Entry<String, String> one : files.entrySet()) {
      Path file = settings.keyFile(one.getKey());
      if (Files.exists(file)
          && !one.getKey().equals(SIGN_IN)
          && !content(file).strip().equals(one.getValue().strip())) {
        throw new IllegalStateException(
            "The key file " + file + " is there and is not the one of the backup; move it away.");
      }
    }
    for (Map.Entry<String, String> one : files.entrySet()) {
      if (!NAMES.contains(one.getKey())) {
        throw new IllegalStateException("The backup has a key file that nobody knows.");
      }
      KeyFile.readOrCreate(settings.keyFile(one.getKey()), one.getValue()::strip);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("The key file " + file + " can't be read.", e);
    }
  }
}
