package org.apikeys.web.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Person;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.jspecify.annotations.Nullable;

/** A valid call of every operation that changes something, by its {@code operationId}. */
final class Mutations {
  private static final String V1 = "/api/v1/";
  private static final Map<String, ?> TRIED =
      Map.of("restrictions", Map.of("ip", Map.of("allow", List.of("192.0.2.0/24"))));
  private static final String KEYS = V1 + "api-keys";
  private static final String REQUESTS = V1 + "key-requests";
  private static final String AUDIT = Log.AUDIT;

  /** A call that is ready to be made, and what has to be undone after it. */
  record Call(Api caller, String method, String path, @Nullable Object body, Runnable after) {
    private static Call of(Api caller, String method, String path, @Nullable Object body) {
      return new Call(caller, method, path, body, () -> {});
    }

    Answer make(String requestId) {
      return caller.header("X-Request-Id", requestId).send(method, path, body);
    }
  }

  private final Map<String, Function<Tenant, Call>> calls = new TreeMap<>();
  private final RunningServer server;
  private final Api operator;

  Mutations(RunningServer server) {
    this.server = server;
    operator = server.admin();
    people();
    keys();
    requests();
    audit();
    settings();
    configuration();
    messages();
    alerts();
    alertRules();
    reports();
    dialects();
  }

  /** By {@code operationId}; each is prepared in an organization that may be used up. */
  Map<String, Function<Tenant, Call>> calls() {
    return calls;
  }

  private void post(String id, Function<Tenant, String> path, Object... body) {
    calls.put(
        id,
        tenant ->
            Call.of(
                tenant.admin(),
                "POST",
                path.apply(tenant),
                body.length == 0 ? null : Json.object(body)));
  }

  private void people() {
    calls.put(
        "signIn",
        tenant -> {
          Person person = tenant.newPerson("developer");
          return Call.of(
              server.anonymous(),
              "POST",
              V1 + "auth/token",
              Map.of("username", person.name(), "password", person.password()));
        });
    calls.put(
        "createUser",
        tenant -> {
          String name = Unique.name("made");
          return Call.of(
              operator,
              "POST",
              V1 + "users",
              Json.object(
                  "username",
                  name,
                  "password",
                  "pw-" + Unique.name("of") + "-Zq7",
                  "email",
                  name + "@example.com",
                  "roles",
                  List.of("developer"),
                  "organization_id",
                  tenant.id()));
        });
    calls.put(
        "updateUser",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                V1 + "users/" + tenant.newPerson("developer").id(),
                Map.of("email", "new@example.com", "password", "pw-" + Unique.name("x") + "-Zq7")));
    calls.put(
        "deleteUser",
        tenant ->
            Call.of(
                tenant.admin(),
                "DELETE",
                V1 + "users/" + tenant.newPerson("developer").id(),
                null));
    calls.put(
        "createOrganization",
        tenant ->
            Call.of(operator, "POST", V1 + "organizations", Map.of("name", Unique.name("org"))));
    calls.put(
        "updateOrganization",
        tenant ->
            Call.of(
                operator,
                "PUT",
                V1 + "organizations/" + server.newTenant().id(),
                Map.of("name", Unique.name("renamed"))));
  }

  private static String pathOfKey(Tenant tenant) {
    return tenant.key().scopes("agents:read").issue().path();
  }

  private void keys() {
    post("createKey", tenant -> KEYS, "name", "covered", "custom_key", chosen());
    post(
        "importKeys",
        tenant -> KEYS + "/import",
        "keys",
        List.of(
            Map.of("name", "old", "algorithm", "sha256", "hash", sha256(Unique.name("legacy")))));
    calls.put(
        "updateKey",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                pathOfKey(tenant),
                Map.of("description", "changed", "metadata", Map.of("team", "blue"))));
    calls.put(
        "deleteKey",
        tenant -> Call.of(tenant.admin(), "DELETE", pathOfKey(tenant) + "?reason=left", null));
    calls.put(
        "beginTrial",
        tenant -> Call.of(tenant.admin(), "PUT", pathOfKey(tenant) + "/trial", TRIED));
    calls.put(
        "endTrial",
        tenant -> {
          String path = pathOfKey(tenant) + "/trial";
          tenant.admin().put(path, TRIED).expect(200);
          return Call.of(tenant.admin(), "DELETE", path, null);
        });
    post("rotateKey", tenant -> pathOfKey(tenant) + "/rotate", "overlap", "PT1H");
    post(
        "renewKey",
        tenant -> pathOfKey(tenant) + "/renew",
        "expires_at",
        Instant.now().plus(Duration.ofDays(30)).toString());
    post("revokeKey", tenant -> pathOfKey(tenant) + "/revoke", "reason", "left");
    post("revealKey", tenant -> publishable(tenant) + "/reveal");
    post(
        "changeCredits",
        tenant -> tenant.key().with("credits", Map.of("balance", 3)).issue().path() + "/credits",
        "amount",
        10,
        "reason",
        "bought");
    post(
        "retireGeneration",
        tenant -> {
          String path = pathOfKey(tenant);
          tenant.admin().post(path + "/rotate", Map.of("overlap", "P1D")).expect(200);
          return path + "/generations/1/retire";
        });
    post("applyAdvice", tenant -> usedKey(tenant) + "/advice/apply?days=7");
  }

  private static String publishable(Tenant tenant) {
    return tenant
        .key()
        .with("publishable", true)
        .with("restrictions", Map.of("ip", Map.of("allow", List.of("203.0.113.0/24"))))
        .issue()
        .path();
  }

  /** A key that holds more than its calls have needed. */
  private static String usedKey(Tenant tenant) {
    IssuedKey key = tenant.key().scopes("agents:*", "deployments:write").issue();
    Eventually.within(
        Duration.ofSeconds(60),
        () -> {
          tenant.gateway().code(key, "scopes", "agents:read");
          if (tenant
              .admin()
              .get(key.path() + "/advice?days=7")
              .expect(200)
              .at("/narrowing/scopes")
              .isEmpty()) {
            throw new AssertionError("no advice yet");
          }
        });
    return key.path();
  }

  private static Map<String, @Nullable Object> wish() {
    return Json.object(
        "kind",
        "new_key",
        "name",
        Unique.name("wanted"),
        "scopes",
        List.of("agents:read"),
        "justification",
        "deploys");
  }

  private static Answer asked(Tenant tenant) {
    return tenant.person("developer").api().post(REQUESTS, wish()).expect(201);
  }

  private static Answer approved(Tenant tenant) {
    Answer request = asked(tenant);
    tenant
        .person("manager")
        .api()
        .post(
            REQUESTS + "/" + request.number("/id") + "/approve",
            Map.of("digest", request.text("/digest"), "comment", "ok"))
        .expect(200);
    return request;
  }

  private void onRequest(
      String id, String role, String action, Function<Answer, @Nullable Object> body) {
    calls.put(
        id,
        tenant -> {
          Answer request = asked(tenant);
          return Call.of(
              tenant.person(role).api(),
              "POST",
              REQUESTS + "/" + request.number("/id") + "/" + action,
              body.apply(request));
        });
  }

  private void requests() {
    calls.put(
        "submitKeyRequest",
        tenant -> Call.of(tenant.person("developer").api(), "POST", REQUESTS, wish()));
    onRequest(
        "approveKeyRequest",
        "manager",
        "approve",
        request -> Map.of("digest", request.text("/digest"), "comment", "ok"));
    onRequest("rejectKeyRequest", "manager", "reject", request -> Map.of("reason", "too much"));
    onRequest("commentKeyRequest", "manager", "comments", request -> Map.of("text", "why?"));
    onRequest("cancelKeyRequest", "developer", "cancel", request -> null);
    calls.put(
        "delegateKeyRequest",
        tenant ->
            Call.of(
                tenant.person("manager").api(),
                "POST",
                REQUESTS + "/" + asked(tenant).number("/id") + "/delegate",
                Map.of(
                    "to",
                    tenant.newPerson("manager").name(),
                    "until",
                    Instant.now().plus(Duration.ofDays(1)).toString())));
    calls.put(
        "claimKey",
        tenant ->
            Call.of(
                tenant.person("developer").api(),
                "POST",
                REQUESTS + "/" + approved(tenant).number("/id") + "/claim",
                null));
    calls.put(
        "replacePolicies",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                V1 + "policies",
                tenant.admin().get(V1 + "policies").expect(200).json()));
    post(
        "openCampaign",
        tenant -> {
          pathOfKey(tenant);
          return V1 + "campaigns";
        },
        "name",
        "spring",
        "due_at",
        Instant.now().plus(Duration.ofDays(3)).toString());
    post("confirmCampaignItem", tenant -> campaignItem(tenant) + "/confirm");
    post("retireCampaignItem", tenant -> campaignItem(tenant) + "/retire");
  }

  private static String campaignItem(Tenant tenant) {
    IssuedKey key = tenant.key().issue();
    Answer campaign =
        tenant
            .admin()
            .post(
                V1 + "campaigns",
                Map.of("name", "one", "due_at", Instant.now().plus(Duration.ofDays(3)).toString()))
            .expect(201);
    return V1 + "campaigns/" + campaign.number("/id") + "/items/" + key.keyId();
  }

  private void audit() {
    calls.put("verifyAuditLog", tenant -> Call.of(tenant.admin(), "POST", AUDIT + "/verify", null));
    post("createHold", tenant -> AUDIT + "/holds", hold());
    calls.put(
        "deleteHold",
        tenant ->
            Call.of(
                tenant.admin(),
                "DELETE",
                AUDIT
                    + "/holds/"
                    + tenant
                        .admin()
                        .post(AUDIT + "/holds", Json.object(hold()))
                        .expect(201)
                        .number("/id"),
                null));
    calls.put(
        "updateRetention",
        tenant ->
            new Call(
                operator,
                "PUT",
                AUDIT + "/retention",
                Map.of("classes", Map.of("usage", "P91D")),
                () ->
                    operator
                        .put(AUDIT + "/retention", Map.of("classes", Map.of("usage", "P90D")))
                        .expect(200)));
    calls.put(
        "purgeAuditLog",
        tenant -> Call.of(operator, "POST", AUDIT + "/purge", Map.of("before", LONG_AGO)));
    calls.put(
        "approvePurge",
        tenant -> {
          Answer purge = operator.post(AUDIT + "/purge", Map.of("before", LONG_AGO)).expect(202);
          Api second = Tenant.ofDefaultOrganization(server).person("admin").api();
          return Call.of(
              second, "POST", AUDIT + "/purge/" + purge.number("/id") + "/approve", null);
        });
    calls.put(
        "rejectPurge",
        tenant -> {
          Answer purge = operator.post(AUDIT + "/purge", Map.of("before", LONG_AGO)).expect(202);
          Api second = Tenant.ofDefaultOrganization(server).person("admin").api();
          return Call.of(
              second,
              "POST",
              AUDIT + "/purge/" + purge.number("/id") + "/reject",
              Map.of("reason", "not yet"));
        });
    calls.put(
        "cancelPurge",
        tenant -> {
          Answer purge = operator.post(AUDIT + "/purge", Map.of("before", LONG_AGO)).expect(202);
          return Call.of(
              operator, "POST", AUDIT + "/purge/" + purge.number("/id") + "/cancel", null);
        });
    post(
        "eraseSubject",
        tenant -> AUDIT + "/subjects/user-" + tenant.newPerson("developer").id() + "/erase");
    calls.put(
        "makeBackup",
        tenant ->
            Call.of(
                operator,
                "POST",
                V1 + "backup",
                Map.of("passphrase", "pass-phrase " + Unique.name("of"))));
  }

  /** Before anything was recorded, so that nothing goes. */
  private static final String LONG_AGO = "2001-01-01T00:00:00Z";

  /** A hold over somebody who is not there: it stands in nobody's way. */
  private static Object[] hold() {
    return new Object[] {"name", "case", "reason", "letter", "from", "2090-01-01T00:00:00Z"};
  }

  private void settings() {
    String plugin = V1 + "plugins/dashboard/";
    Runnable enabled = () -> operator.post(plugin + "enable").expect(200);
    calls.put(
        "disablePlugin", tenant -> new Call(operator, "POST", plugin + "disable", null, enabled));
    calls.put(
        "enablePlugin",
        tenant -> {
          operator.post(plugin + "disable").expect(200);
          return new Call(operator, "POST", plugin + "enable", null, enabled);
        });
    calls.put("reloadPlugin", tenant -> Call.of(operator, "POST", plugin + "reload", null));
    String sets = V1 + "permission-sets";
    calls.put(
        "createPermissionSet", tenant -> Call.of(tenant.admin(), "POST", sets, permissionSet()));
    calls.put(
        "changePermissionSet",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                madeSet(tenant, sets),
                Map.of("scopes", List.of("agents:read", "agents:write"))));
    calls.put(
        "deletePermissionSet",
        tenant -> Call.of(tenant.admin(), "DELETE", madeSet(tenant, sets), null));
  }

  /** One set, so that one thing is made. */
  private void configuration() {
    calls.put(
        "restoreConfiguration",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                V1 + "configuration",
                Json.object("format_version", 1, "permission_sets", List.of(permissionSet()))));
  }

  private static Map<String, @Nullable Object> permissionSet() {
    return Json.object(
        "name", Unique.name("set"),
        "description", "For a test",
        "scopes", List.of("agents:read"));
  }

  private static String madeSet(Tenant tenant, String sets) {
    return sets + "/" + tenant.admin().post(sets, permissionSet()).expect(201).number("/id");
  }

  private void messages() {
    String hooks = V1 + "webhooks";
    post("createWebhook", tenant -> hooks, hook());
    calls.put(
        "changeWebhook",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                madeHook(tenant, hooks),
                Map.of(
                    "is_active", false, "secret", "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));
    calls.put(
        "deleteWebhook",
        tenant -> Call.of(tenant.admin(), "DELETE", madeHook(tenant, hooks), null));
  }

  private static Object[] hook() {
    return new Object[] {"url", "https://example.com/h", "events", List.of("webhook.created")};
  }

  private static String madeHook(Tenant tenant, String hooks) {
    return hooks + "/" + tenant.admin().post(hooks, Json.object(hook())).expect(201).number("/id");
  }

  private void alerts() {
    post("acknowledgeAlert", tenant -> alert(tenant) + "/acknowledge", "comment", "seen");
    post("resolveAlert", tenant -> alert(tenant) + "/resolve", "comment", "rotated");
    post(
        "reopenAlert",
        tenant -> {
          String path = alert(tenant);
          tenant.admin().post(path + "/resolve", Map.of()).expect(200);
          return path + "/reopen";
        });
  }

  private void alertRules() {
    String rules = V1 + "alert-rules";
    calls.put(
        "createAlertRule",
        tenant -> Call.of(tenant.admin(), "POST", rules, alertRule(tenant.key().issue())));
    calls.put(
        "changeAlertRule",
        tenant ->
            Call.of(tenant.admin(), "PUT", madeRule(tenant, rules), Map.of("is_active", false)));
    calls.put(
        "deleteAlertRule",
        tenant -> Call.of(tenant.admin(), "DELETE", madeRule(tenant, rules), null));
  }

  private void reports() {
    String schedules = V1 + "report-schedules";
    calls.put(
        "createReportJob",
        tenant ->
            Call.of(
                tenant.admin(),
                "POST",
                V1 + "report-jobs",
                Map.of("report", "access-review", "format", "json")));
    calls.put(
        "createReportSchedule",
        tenant -> Call.of(tenant.admin(), "POST", schedules, reportSchedule(tenant)));
    calls.put(
        "changeReportSchedule",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                madeSchedule(tenant, schedules),
                Map.of("is_active", false)));
    calls.put(
        "runReportSchedule",
        tenant -> Call.of(tenant.admin(), "POST", madeSchedule(tenant, schedules) + "/run", null));
    calls.put(
        "deleteReportSchedule",
        tenant -> Call.of(tenant.admin(), "DELETE", madeSchedule(tenant, schedules), null));
  }

  private static Map<String, Object> reportSchedule(Tenant tenant) {
    return Map.of(
        "name", "each month",
        "report", "monthly-usage",
        "every", "monthly",
        "recipients", List.of(tenant.person("auditor").name()));
  }

  private static String madeSchedule(Tenant tenant, String schedules) {
    return schedules
        + "/"
        + tenant.admin().post(schedules, reportSchedule(tenant)).expect(201).number("/id");
  }

  private static Map<String, Object> alertRule(IssuedKey key) {
    return Map.of(
        "name", "denied too often",
        "type", "threshold",
        "scope", Map.of("key_id", key.keyId()),
        "threshold", Map.of("metric", "denials", "value", 3, "window", "PT10M"),
        "severity", "critical",
        "answer", "none");
  }

  private static String madeRule(Tenant tenant, String rules) {
    return rules
        + "/"
        + tenant.admin().post(rules, alertRule(tenant.key().issue())).expect(201).number("/id");
  }

  /** An alert about a key that was sent in a URL. */
  private static String alert(Tenant tenant) {
    IssuedKey key = tenant.key().issue();
    tenant.server().anonymous().get(KEYS + "?api_key=" + key.value()).expect(400);
    String[] path = {""};
    Eventually.within(
        Duration.ofSeconds(60),
        () -> {
          Answer found = tenant.admin().get(V1 + "alerts?kind=key_in_url&key=" + key.keyId());
          path[0] = V1 + "alerts/" + found.expect(200).number("/alerts/0/id");
        });
    return path[0];
  }

  private void dialects() {
    String store = "/api/user/key";
    calls.put(
        "generateUserKey",
        tenant ->
            Call.of(
                tenant.admin(),
                "POST",
                store,
                Map.of(
                    "email",
                    tenant.newPerson("developer").name() + "@example.com",
                    "key_name",
                    "Production Key")));
    calls.put(
        "revokeUserKey",
        tenant -> {
          String email = tenant.newPerson("developer").name() + "@example.com";
          tenant
              .admin()
              .post(store, Map.of("email", email, "key_name", "Production Key"))
              .expect(201);
          return Call.of(tenant.admin(), "DELETE", store + "/" + email, null);
        });
    String dashboard = "/api/keys";
    calls.put(
        "createDashboardKey",
        tenant ->
            Call.of(
                tenant.admin(),
                "POST",
                dashboard,
                Map.of("name", "shown", "permissions", List.of("read"))));
    calls.put(
        "changeDashboardKey",
        tenant ->
            Call.of(
                tenant.admin(),
                "PUT",
                dashboard,
                Map.of("id", numberOf(pathOfKey(tenant)), "name", Unique.name("renamed"))));
    calls.put(
        "deleteDashboardKey",
        tenant ->
            Call.of(
                tenant.admin(),
                "DELETE",
                dashboard + "?id=" + dashboardKey(tenant, dashboard),
                null));
  }

  private static long dashboardKey(Tenant tenant, String dashboard) {
    return tenant
        .admin()
        .post(dashboard, Map.of("name", "shown", "permissions", List.of("read")))
        .expect(201)
        .number("/data/id");
  }

  private static long numberOf(String path) {
    String id = path.substring(path.lastIndexOf('/') + 1);
    return Long.parseLong(id.replace("key-", ""));
  }

  /** A value that nobody guesses. */
  private static String chosen() {
    return "Tz8-" + sha256(Unique.name("chosen")).substring(0, 36) + "-qQ";
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
