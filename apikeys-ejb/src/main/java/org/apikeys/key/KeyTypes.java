package org.apikeys.key;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.check.Check;
import org.apikeys.permission.Catalogue;
import org.apikeys.permission.Grants;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;

/**
 * The key types that are in force: {@code config/key-types.json}, or the file that a setting names,
 * and those of the enabled plugins whose names the file leaves free.
 */
@ApplicationScoped
public class KeyTypes {
  /** Under this the types of the operator's file are shown. */
  private static final String OWN = "config";

  private static final ObjectReader READER =
      Json.MAPPER
          .readerFor(new TypeReference<TreeMap<String, KeyType>>() {})
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Map<String, KeyType> types;
  private final Catalogue catalogue;

  @Inject
  public KeyTypes(Settings settings, Check check, Catalogue catalogue) {
    this.catalogue = catalogue;
    try (InputStream file = open(settings.keyTypes())) {
      types = READER.readValue(file);
      types.forEach((name, type) -> requireLimits(name, type, check));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "The file of apikeys.key-types is wrong at line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file of apikeys.key-types can't be read.", e);
    }
  }

  @SuppressWarnings("NullAway")
  protected KeyTypes() {
    types = null;
    catalogue = null;
  }

  private static void requireLimits(String name, KeyType type, Check check) {
    if (type.rateLimits() != null) {
      try {
        check.valid(type.rateLimits());
      } catch (ProblemException wrong) {
        throw new IllegalStateException(
            "The file of apikeys.key-types is wrong: " + name + ".rate_limits." + wrong.detail(),
            wrong);
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
    KeyType own = types.get(name);
    return own == null ? catalogue.keyType(name).map(KeyType::of) : Optional.of(own);
  }

  /**
   * What a key holds in an organization. A set that has grown since it was granted gives nothing
   * that the key's type may not carry.
   */
  Grants grants(long organizationId, KeyConfiguration key) {
    return carried(key, Grants.of(catalogue, organizationId, key.scopes(), key.permissionSets()));
  }

  /** As {@link #grants}, with the organization's own permission sets as they were at an instant. */
  Grants grantsAt(Instant at, long organizationId, KeyConfiguration key) {
    return carried(
        key, Grants.at(at, catalogue, organizationId, key.scopes(), key.permissionSets()));
  }

  private Grants carried(KeyConfiguration key, Grants granted) {
    KeyType type = named(key.type()).orElse(KeyType.AWAY);
    if (type.carriesAll()) {
      return granted;
    }
    Set<String> refused = new TreeSet<>();
    for (String scope : granted.names()) {
      if (!catalogue.matching(scope).stream().allMatch(type::mayCarry)) {
        refused.add(scope);
      }
    }
    return granted.without(
        refused,
        scope ->
            "A key of the type " + key.type() + " can't hold " + scope + ": it grants nothing.");
  }

  /**
   * Whether keys of the type end for good: they are not renewed, or nobody has approved them in
   * their life, as those of an emergency.
   */
  boolean haveOneLife(String name) {
    return name.equals(KeyConfiguration.EMERGENCY)
        || named(name).map(KeyType::oneLife).orElse(false);
  }

  boolean isKnown(String name) {
    return named(name).isPresent();
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>(types.keySet());
    catalogue.keyTypes().forEach(type -> names.add(type.declared().name()));
    return names;
  }

  /**
   * A type as it is shown.
   *
   * @param plugin the plugin that brings it; {@code config} for those of the operator's file
   */
  public record Named(String name, @JsonUnwrapped KeyType type, String plugin) {}

  /** Every type that a key can be ordered with, by name. */
  public List<Named> all() {
    Map<String, Named> all = new TreeMap<>();
    for (Catalogue.NamedKeyType type : catalogue.keyTypes()) {
      String name = type.declared().name();
      all.put(name, new Named(name, KeyType.of(type.declared()), type.plugin()));
    }
    types.forEach((name, type) -> all.put(name, new Named(name, type, OWN)));
    return List.copyOf(all.values());
  }
}
