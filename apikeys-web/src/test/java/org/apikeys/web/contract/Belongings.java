package org.apikeys.web.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;

/**
 * One of everything that an organization can have, so that a call at any path finds something
 * there. The parameters of paths are known by the path up to them.
 */
final class Belongings {
  private static final String V1 = "/api/v1/";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Tenant tenant;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final IssuedKey key;
  private final long dashboardKey;

  Belongings(Tenant tenant) {
    this.tenant = tenant;
    // who is told of the request has to be there before it
    Api manager = tenant.person("manager").api();
    key =
        tenant
            .key()
            .scopes("agents:read")
            .with("publishable", true)
            .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.0/24"))))
            .with("credits", Map.of("balance", 3))
            .issue();
    Person person = tenant.newPerson("developer");
    String email = person.name() + "@example.com";
    long request = made(tenant.person("developer").api(), "key-requests", wish());
    dashboardKey =
        tenant
            .admin()
            .post("/api/keys", Map.of("name", "shown", "permissions", List.of("read")))
            .expect(201)
            .number("/data/id");
    tenant
        .admin()
        .post("/api/user/key", Map.of("email", email, "key_name", "Production Key"))
        .expect(201);
    put("users/{id}", person.id());
    put("organizations/{id}", tenant.id());
    put("api-keys/{id}", key.id());
    put("api-keys/{id}/generations/{generation}", 1);
    put("audit/subjects/{id}", "user-" + person.id());
    put("key-requests/{id}", request);
    put("notices/{id}", first(manager, V1 + "notices", "/notices/0/id"));
    put("audit/holds/{id}", made(tenant.admin(), "audit/holds", hold()));
    put("alert-rules/{id}", made(tenant.admin(), "alert-rules", rule(key.keyId())));
    put("permission-sets/{id}", made(tenant.admin(), "permission-sets", set()));
    put("campaigns/{id}", made(tenant.admin(), "campaigns", campaign()));
    put("campaigns/{id}/items/{key_id}", key.keyId());
    put(
        "report-jobs/{id}",
        made(tenant.admin(), "report-jobs", Map.of("report", "access-review", "format", "json")));
    put("report-schedules/{id}", made(tenant.admin(), "report-schedules", schedule(tenant)));
    put(
        "audit/events/{sequence}",
        first(tenant.admin(), V1 + "audit/events?target=" + key.keyId(), "/events/0/sequence"));
    String hook = V1 + "webhooks/" + made(tenant.admin(), "webhooks", hook());
    tenant.admin().post(hook + "/test").expect(202);
    put("webhooks/{id}", hook.substring(hook.lastIndexOf('/') + 1));
    put(
        "webhooks/{id}/deliveries/{delivery}",
        first(tenant.admin(), hook + "/deliveries", "/deliveries/0/id"));
    IssuedKey leaked = tenant.key().issue();
    tenant.server().anonymous().get(V1 + "api-keys?api_key=" + leaked.value()).expect(400);
    put(
        "alerts/{id}",
        first(tenant.admin(), V1 + "alerts?kind=key_in_url&key=" + leaked.keyId(), "/alerts/0/id"));
    values.put("/api/user/key/{email}", email);
    values.put("/api/user/usage/{email}", email);
  }

  Tenant tenant() {
    return tenant;
  }

  IssuedKey key() {
    return key;
  }

  long dashboardKey() {
    return dashboardKey;
  }

  /** Whether every parameter of the path stands for something of this organization. */
  boolean knows(String path) {
    return !fill(path).contains("{");
  }

  /** The path with what is here in place of its parameters, as far as that is known. */
  String fill(String path) {
    StringBuilder upTo = new StringBuilder();
    StringBuilder filled = new StringBuilder();
    for (String segment : path.substring(1).split("/", -1)) {
      upTo.append('/').append(segment);
      filled.append('/').append(values.getOrDefault(upTo.toString(), segment));
    }
    return filled.toString();
  }

  /** Has something else stand for a parameter. */
  void put(String path, Object value) {
    values.put(V1 + path, String.valueOf(value));
  }

  private static long made(Api caller, String collection, Map<String, ?> body) {
    return caller.post(V1 + collection, body).expect(201).number("/id");
  }

  /** What is there by and by. */
  private static String first(Api caller, String path, String pointer) {
    String[] found = {""};
    Eventually.within(
        LIMIT,
        () -> {
          JsonNode value = caller.get(path).expect(200).at(pointer);
          if (value.isMissingNode()) {
            throw new AssertionError("nothing yet at " + path);
          }
          found[0] = value.asText();
        });
    return found[0];
  }

  static Map<String, ?> wish() {
    return Map.of(
        "kind",
        "new_key",
        "name",
        Unique.name("wanted"),
        "scopes",
        List.of("agents:read"),
        "justification",
        "deploys");
  }

  /** In a time to come: it stands in nobody's way. */
  static Map<String, ?> hold() {
    return Map.of("name", "case", "reason", "letter", "from", "2090-01-01T00:00:00Z");
  }

  static Map<String, ?> rule(String key) {
    return Map.of(
        "name", "denied too often",
        "type", "threshold",
        "scope", Map.of("key_id", key),
        "threshold", Map.of("metric", "denials", "value", 3, "window", "PT10M"),
        "severity", "critical",
        "answer", "none");
  }

  static Map<String, ?> set() {
    return Json.object(
        "name", Unique.name("set"), "description", "A set", "scopes", List.of("agents:read"));
  }

  static Map<String, ?> campaign() {
    return Map.of("name", "one", "due_at", Instant.now().plus(Duration.ofDays(3)).toString());
  }

  static Map<String, ?> schedule(Tenant tenant) {
    return Map.of(
        "name", "usage",
        "report", "monthly-usage",
        "format", "html",
        "every", "weekly",
        "at", "07:30",
        "day_of_week", "friday",
        "recipients", List.of(tenant.person("manager").name()));
  }

  static Map<String, ?> hook() {
    return Map.of("url", "https://no-such-host.invalid/h", "events", List.of("webhook.created"));
  }
}
