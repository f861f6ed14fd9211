package org.apikeys.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apikeys.alert.AlertRules;
import org.apikeys.alert.AlertWork;
import org.apikeys.alert.NotedConcerns;
import org.apikeys.alert.RuleDefinition;
import org.apikeys.alert.SecurityWatch;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.audit.HoldOrder;
import org.apikeys.audit.Holds;
import org.apikeys.audit.LogKeeper;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.cluster.Cluster;
import org.apikeys.crypto.ForeignHashes;
import org.apikeys.crypto.Secret;
import org.apikeys.demo.Demo;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyImport;
import org.apikeys.key.KeyImport.ForeignKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.Orders;
import org.apikeys.key.PepperCheck;
import org.apikeys.key.UserKeys;
import org.apikeys.limit.Counters;
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.Credits;
import org.apikeys.notice.Webhooks;
import org.apikeys.permission.PermissionSetOrder;
import org.apikeys.permission.PermissionSets;
import org.apikeys.plugin.PluginSwitches;
import org.apikeys.report.ReportForm;
import org.apikeys.report.ReportJobSteps;
import org.apikeys.report.ReportJobs;
import org.apikeys.report.ReportSchedules;
import org.apikeys.report.ScheduleDefinition;
import org.apikeys.request.Approvals;
import org.apikeys.request.Campaigns;
import org.apikeys.request.Policies;
import org.apikeys.request.RequestDesk;
import org.apikeys.request.RequestKind;
import org.apikeys.request.RequestView;
import org.apikeys.store.IdempotentCalls.Outcome;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonOrder;
import org.apikeys.tenant.SignInAttempts;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.KeyUse;
import org.apikeys.usage.KeyUses;
import org.apikeys.usage.RollUps;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;

/**
 * A store that an organization has worked with: its own services have written in nearly every
 * table.
 */
final class LivedIn {
  static final String PASSWORD = "correct-horse-battery-staple";

  private static final Caller MIA = Orders.person(3, "mia.manager", 1, "manager");
  private static final Caller DEV = Orders.person(5, "dev.developer", 1, "developer");

  private final TestServices services;
  private final IssuedKey key;
  private final IssuedKey revoked;

  private LivedIn(TestServices services) {
    this.services = services;
    key = issue("{\"name\": \"kept\", \"scopes\": [\"agents:read\"]}");
    revoked = issue("{\"name\": \"gone\"}");
  }

  static LivedIn of(TestStore store) {
    TestServices services =
        new TestServices(
            store.emptied(),
            Map.of(
                "apikeys.admin.password", PASSWORD,
                "apikeys.mail.host", "127.0.0.1",
                "apikeys.webhooks.allow-private", "true"));
    services
        .get(Directory.class)
        .createBySystem(
            new PersonOrder("admin", PASSWORD, null, List.of("admin"), null, null, null));
    services.get(ChangeReader.class).read();
    services.get(PepperCheck.class).run();
    services.get(Cluster.class).join();
    LivedIn lived = new LivedIn(services);
    services.get(ChangeReader.class).read();
    lived.hooks();
    services.get(CallIds.class).reserve();
    services.get(Demo.class).fill();
    lived.people();
    lived.keys();
    lived.requests();
    lived.limits();
    lived.calls();
    lived.alerts();
    lived.reports();
    services.get(LogKeeper.class).advance();
    // one that has no number yet
    services
        .get(AuditLog.class)
        .recordAlone(List.of(AuditEntry.of(Orders.admin(), Action.ACCESS_DENIED)));
    return lived;
  }

  TestServices services() {
    return services;
  }

  /** A key that counts. */
  IssuedKey key() {
    return key;
  }

  /** A key that was revoked. */
  IssuedKey revoked() {
    return revoked;
  }

  private IssuedKey issue(String json) {
    return services.get(KeyIssuer.class).issue(Orders.admin(), Orders.from(json));
  }

  private void hooks() {
    services
        .get(Webhooks.class)
        .create(
            Orders.admin(),
            new Webhooks.Order(
                "http://127.0.0.1:9/hook",
                List.of("key.created", "request.submitted"),
                null,
                null));
  }

  private void people() {
    services.get(SignInAttempts.class).begin("nobody");
    services
        .get(Holds.class)
        .set(Orders.admin(), new HoldOrder("case", "letter", "somebody", null, null));
    services
        .get(IdempotentCalls.class)
        .once("admin", "a key", "print", () -> new Outcome(201, "/1", "{}", null));
  }

  private void keys() {
    services.get(KeyKeeper.class).revoke(Orders.admin(), revoked.view().id(), "left", null);
    services
        .get(PermissionSets.class)
        .create(
            Orders.admin(),
            new PermissionSetOrder("deployers", "Deploy", List.of("deployments:write")));
    services.get(UserKeys.class).replaceBy(Orders.admin(), "dora@example.com", key.view().id());
    Secret under = new Secret("their hmac secret");
    services
        .get(KeyImport.class)
        .run(
            Orders.admin(),
            List.of(
                () -> new ForeignKey("sha256", sha256("theirs"), "acme_", Orders.aKey("imported")),
                () ->
                    new ForeignKey(
                        "hmac-sha256",
                        ForeignHashes.hmac(under, new Secret("acme_hmac_77Xk29dLpQ")),
                        null,
                        Orders.aKey("imported too"))),
            under);
    services.get(PluginSwitches.class).enable(Orders.admin(), "acme", false);
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

  private void requests() {
    RequestView asked =
        services
            .get(RequestDesk.class)
            .askForKey(DEV, RequestKind.NEW_KEY, Orders.from("{\"name\": \"asked\"}"), "needs it");
    services
        .get(Approvals.class)
        .delegate(
            MIA, asked.id(), "admin", services.clock().instant().plus(Duration.ofDays(1)), null);
    services
        .get(Campaigns.class)
        .open(
            MIA,
            new Campaigns.CampaignOrder(
                "spring",
                services.clock().instant().plus(Duration.ofDays(14)),
                new Campaigns.Selection("production", null, null, null, null)));
    services
        .get(Policies.class)
        .replace(
            Orders.admin(),
            Json.MAPPER.valueToTree(
                Map.of(
                    "policies",
                    List.of(
                        Map.of(
                            "name",
                            "administrators",
                            "automatic",
                            true,
                            "when",
                            Map.of("requester_roles", List.of("admin"))),
                        Map.of(
                            "name",
                            "only-mia",
                            "stages",
                            List.of(Map.of("approvals", 1, "people", List.of("mia.manager"))))))),
            null);
  }

  private void limits() {
    services
        .get(Credits.class)
        .open(key.view().id(), new CreditRule(60L, null), new Credits.Why("admin", "paid"));
    IssuedKey bucket =
        issue(
            "{\"name\": \"bucket\", \"rate_limits\": {\"requests\": {\"per_minute\": 60},"
                + " \"algorithm\": \"token_bucket\", \"concurrent\": 3}}");
    services.get(ChangeReader.class).read();
    for (int i = 0; i < 3; i++) {
      services
          .get(Verifier.class)
          .decide(
              bucket.secret().reveal(),
              TestStore.DEFAULT,
              new Attempt(null, "203.0.113.9", null, null, 0));
    }
    services.get(Counters.class).flush();
  }

  private void calls() {
    services.get(KeyUses.class).note(key.view().id(), KeyUse.Kind.SCOPE, "agents:read");
    services.get(KeyUses.class).flush();
    services.get(CallRecorder.class).flush();
    services.clock().forward(Duration.ofMinutes(2));
    services.get(RollUps.class).advance();
    services
        .get(SecurityWatch.class)
        .denied(TestStore.DEFAULT, null, DecisionCode.NOT_FOUND, "203.0.113.66");
    services.get(SecurityWatch.class).flush();
  }

  private void alerts() {
    Concern concern =
        Concern.about(
            TestStore.DEFAULT, AlertKind.PLUGIN_QUARANTINED, "a.jar", "It does not load.");
    services.get(NotedConcerns.class).note(concern);
    services.get(AlertWork.class).run();
    services.get(NotedConcerns.class).note(concern);
    services
        .get(AlertRules.class)
        .create(
            Orders.admin(),
            Json.read(
                "{\"name\": \"too many\", \"type\": \"threshold\", \"severity\": \"critical\","
                    + " \"threshold\": {\"metric\": \"requests\", \"value\": 50,"
                    + " \"window\": \"PT5M\", \"per\": \"key\"}}",
                RuleDefinition.class));
  }

  private void reports() {
    services
        .get(ReportJobs.class)
        .order(Orders.admin(), "access-review", YearMonth.of(2026, 2), null, ReportForm.CSV);
    ReportJobSteps steps = services.get(ReportJobSteps.class);
    steps.finish(steps.take().orElseThrow(), "a,b".getBytes(StandardCharsets.UTF_8));
    services
        .get(ReportSchedules.class)
        .create(
            MIA,
            new ScheduleDefinition(
                "usage",
                null,
                "monthly-usage",
                null,
                "csv",
                "weekly",
                "07:30",
                "friday",
                null,
                "Europe/Vienna",
                List.of("mia.manager")));
  }
}
