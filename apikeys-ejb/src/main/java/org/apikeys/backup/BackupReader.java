package org.apikeys.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apikeys.crypto.Secret;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a backup. */
final class BackupReader implements AutoCloseable {
  private final SealedInput sealed;
  private final BufferedReader lines;
  private final Manifest manifest;
  private long rows;

  private BackupReader(InputStream file, Secret passphrase) throws IOException {
    sealed = new SealedInput(file, passphrase);
    lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(sealed), StandardCharsets.UTF_8));
    String first = lines.readLine();
    if (first == null) {
      throw new BackupRefused("The backup is empty.");
    }
    manifest = Json.read(first, Manifest.class);
  }

  static BackupReader open(Path file, Secret passphrase) throws IOException {
    InputStream in;
    try {
      in = Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new BackupRefused("There is no backup " + file + " (apikeys.restore.file).", e);
    }
    try {
      return new BackupReader(new BufferedInputStream(in, Seal.CHUNK), passphrase);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  Manifest manifest() {
    return manifest;
  }

  /** The next line, an array for a row of a table; null behind the last. */
  @Nullable JsonNode next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new BackupRefused("The backup has no end.");
    }
    JsonNode node = Json.MAPPER.readTree(line);
    if (node.isArray()) {
      rows++;
    }
    if (!node.has("end")) {
      return node;
    }
    if (node.path("end").asLong() != rows || lines.readLine() != null || sealed.read() >= 0) {
      throw new BackupRefused("The backup does not end where it says.");
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
