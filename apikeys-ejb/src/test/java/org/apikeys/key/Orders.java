package org.apikeys.key;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** Callers and the keys that they order, for tests. */
public final class Orders {
  /** The staff of {@code TestStore.addStaff}, and a second manager. */
  public static final Caller DORA = person(2, "dora", 1, "developer");

  public static final Caller MAX = person(3, "max", 1, "manager");
  public static final Caller MONA = person(4, "mona", 1, "manager");

  private Orders() {}

  public static Caller admin() {
    return person(1, "admin", 1, "admin");
  }

  public static Caller person(long id, String name, long organization, String role) {
    return new Caller(
        Caller.Kind.PERSON,
        id,
        name,
        name,
        organization,
        Set.of(role),
        ManagementScope.ofRoles(List.of(role)),
        "192.0.2.1",
        "test",
        "request-1");
  }

  /** A key of an owner that holds these management scopes. */
  public static Caller key(long id, String owner, String role, String... scopes) {
    return new Caller(
        Caller.Kind.KEY,
        id,
        "key-" + id,
        owner,
        1,
        Set.of(role),
        Set.of(scopes),
        "192.0.2.1",
        "test",
        "request-1");
  }

  /** A production key with nothing but a name. */
  public static KeyConfiguration aKey(String name) {
    return from("{\"name\": \"" + name + "\"}");
  }

  static KeyConfiguration aDevelopmentKey(String name, String... scopes) {
    return with(aKey(name), Map.of("environment", "development", "scopes", List.of(scopes)));
  }

  /** As a client writes it. */
  public static KeyConfiguration from(String json) {
    return Json.read(json, KeyConfiguration.class);
  }

  /** With some fields of the request set to other values. */
  static KeyConfiguration with(KeyConfiguration key, Map<String, ?> fields) {
    var json = Json.MAPPER.valueToTree(key);
    var object = (com.fasterxml.jackson.databind.node.ObjectNode) json;
    fields.forEach((name, value) -> object.set(name, Json.MAPPER.valueToTree(value)));
    return from(Json.write(object));
  }

  static KeyConfiguration withScopes(KeyConfiguration key, String... scopes) {
    return with(key, Map.of("scopes", List.of(scopes)));
  }

  static KeyConfiguration withLimit(KeyConfiguration key, @Nullable Long perMinute) {
    return new KeyConfiguration(
        key.name(),
        key.description(),
        key.type(),
        key.environment(),
        key.scopes(),
        key.permissionSets(),
        perMinute,
        null,
        null,
        null,
        key.restrictions(),
        key.expiresAt(),
        key.notBefore(),
        key.rotation(),
        key.metadata(),
        key.tags(),
        key.owner(),
        key.publishable(),
        false);
  }
}
