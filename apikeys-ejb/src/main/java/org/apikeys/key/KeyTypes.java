package org.apikeys.key;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.check.Check;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;

/**
 * The key types that are in force: {@code config/key-types.json}, or the file that a setting names.
 */
@ApplicationScoped
class KeyTypes {
  private static final ObjectReader READER =
      Json.MAPPER
          .readerFor(new TypeReference<TreeMap<String, KeyType>>() {})
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Map<String, KeyType> types;

  @Inject
  KeyTypes(Settings settings, Check check) {
    try (InputStream file = open(settings.keyTypes())) {
      types = READER.readValue(file);
      types.forEach((name, type) -> requireLimits(name, type, check));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "The file of key types is wrong at line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file of key types can't be read.", e);
    }
  }

  @SuppressWarnings("NullAway")
  protected KeyTypes() {
    types = null;
  }

  private static void requireLimits(String name, KeyType type, Check check) {
    if (type.rateLimits() != null) {
      try {
        check.valid(type.rateLimits());
      } catch (ProblemException wrong) {
        throw new IllegalStateException(
            "The file of key types is wrong: " + name + ".rate_limits." + wrong.detail(), wrong);
      }
    }
  }

  private static InputStream open(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      return Files.newInputStream(file.get());
    }
    InputStream builtIn = KeyTypes.class.getResourceAsStream("/key-types.json");
    if (builtIn == null) {
      throw new IOException("key-types.json is missing from the application");
    }
    return builtIn;
  }

  Optional<KeyType> named(String name) {
    return Optional.ofNullable(types.get(name));
  }

  Set<String> names() {
    return types.keySet();
  }
}
