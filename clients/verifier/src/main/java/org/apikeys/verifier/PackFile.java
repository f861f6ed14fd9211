package org.apikeys.verifier;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** An evidence pack as a file: a ZIP of entries that each stand in it once. */
final class PackFile implements AutoCloseable {
  private static final int MOST_TEXT = 1 << 20;

  private final Path file;
  private final ZipFile zip;
  private final Set<String> names = new LinkedHashSet<>();

  private PackFile(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  static PackFile open(Path file) throws Finding, IOException {
    PackFile pack = new PackFile(file, new ZipFile(file.toFile(), StandardCharsets.UTF_8));
    try {
      pack.readNames();
      return pack;
    } catch (Finding e) {
      pack.close();
      throw e;
    }
  }

  private void readNames() throws Finding {
    for (ZipEntry entry : zip.stream().toList()) {
      if (!names.add(entry.getName())) {
        throw Finding.altered(entry.getName() + " is in the file twice");
      }
    }
  }

  /** The names of the entries, in their order. */
  Set<String> names() {
    return names;
  }

  String text(String name) throws Finding, IOException {
    try (InputStream entry = stream(name)) {
      return new String(entry.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
    }
  }

  InputStream stream(String name) throws Finding, IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw Finding.altered(name + " is missing");
    }
    return zip.getInputStream(entry);
  }

  /** SHA-256 of an entry, in Base64. */
  String hash(String name) throws Finding, IOException {
    try (InputStream entry = stream(name)) {
      return hash(entry);
    }
  }

  private static String hash(InputStream entry) throws IOException {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = entry.read(buffer); read >= 0; read = entry.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
      return Base64.getEncoder().encodeToString(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  /**
   * Some programs read a ZIP by the list at its end, as this one does, and others from its front,
   * where something else can stand that was never signed. Both have to find the same.
   */
  void requireReadAlike() throws Finding, IOException {
    Set<String> seen = new HashSet<>();
    try (ZipInputStream front =
        new ZipInputStream(
            new BufferedInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = front.getNextEntry(); entry != null; entry = front.getNextEntry()) {
        String name = entry.getName();
        boolean same = zip.getEntry(name) != null && seen.add(name);
        if (!same || !hash(front).equals(hash(name))) {
          throw Finding.altered(name + " is another one to who reads the ZIP from its front");
        }
      }
    }
    if (seen.size() != zip.size() || zip.getComment() != null) {
      throw Finding.altered("there is something in the ZIP before, between or behind its entries");
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
