package org.apikeys.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of those who may report leaks, in the file format that GitHub publishes its own
 * in ({@code {"public_keys": [{"key_identifier": …, "key": <PEM>}]}}). The file is read again when
 * it has changed, so that keys are exchanged without a restart; one that is not there holds none.
 */
@ApplicationScoped
public class LeakKeys {
  private static final System.Logger LOG = System.getLogger(LeakKeys.class.getName());
  private static final int P256_BITS = 256;

  private final Path file;
  private volatile Known known = new Known("", Map.of());

  @Inject
  public LeakKeys(Settings settings) {
    file = settings.leakKeys();
  }

  @SuppressWarnings("NullAway")
  protected LeakKeys() {
    file = null;
  }

  /** What was read from a file in one state. */
  private record Known(String state, Map<String, PublicKey> keys) {}

  /** Whether one of the keys has signed this (ECDSA over P-256 with SHA-256, base64). */
  public boolean haveSigned(
      @Nullable String keyIdentifier, @Nullable String signature, byte[] body) {
    PublicKey key = keyIdentifier == null ? null : keys().get(keyIdentifier);
    if (key == null || signature == null) {
      return false;
    }
    try {
      Signature check = Signature.getInstance("SHA256withECDSA");
      check.initVerify(key);
      check.update(body);
      return check.verify(Base64.getDecoder().decode(signature.strip()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private Map<String, PublicKey> keys() {
    try {
      String state =
          Files.exists(file) ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "";
      if (!state.equals(known.state())) {
        known = new Known(state, state.isEmpty() ? Map.of() : read(Files.readString(file)));
      }
      return known.keys();
    } catch (IOException | IllegalStateException e) {
      // what can't be read lets nobody in
      LOG.log(System.Logger.Level.WARNING, "The keys of leak reports: {0}", e.getMessage());
      return Map.of();
    }
  }

  /** Refuses a file that is wrong. */
  public void check() {
    if (Files.exists(file)) {
      try {
        read(Files.readString(file));
      } catch (IOException e) {
        throw new UncheckedIOException("The file of apikeys.leaks.keys can't be read.", e);
      }
    }
  }

  private static Map<String, PublicKey> read(String text) {
    try {
      JsonNode list = Json.MAPPER.readTree(text).path("public_keys");
      if (!list.isArray()) {
        throw wrong("has no list public_keys", null);
      }
      Map<String, PublicKey> keys = new HashMap<>();
      for (JsonNode one : list) {
        String name = one.path("key_identifier").asText("");
        if (name.isEmpty()) {
          throw wrong("has a key without key_identifier", null);
        }
        keys.put(name, key(name, one.path("key").asText("")));
      }
      return Map.copyOf(keys);
    } catch (JsonProcessingException e) {
      throw wrong("is no JSON", e);
    }
  }

  private static PublicKey key(String name, String pem) {
    try {
      String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s+", "");
      PublicKey key =
          KeyFactory.getInstance("EC")
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
      if (key instanceof ECPublicKey curve
          && curve.getParams().getCurve().getField().getFieldSize() == P256_BITS) {
        return key;
      }
      throw wrong("has a key that is not of the curve P-256: " + name, null);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw wrong("has a key that is no public EC key in PEM: " + name, e);
    }
  }

  private static IllegalStateException wrong(String what, @Nullable Exception cause) {
    return new IllegalStateException("The file of apikeys.leaks.keys " + what + ".", cause);
  }
}
