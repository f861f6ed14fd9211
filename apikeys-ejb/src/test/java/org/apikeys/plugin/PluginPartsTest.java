package org.apikeys.plugin;

import static org.apikeys.plugins.testing.SourceJar.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.api.permission.ResourcePattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyTypes;
import org.apikeys.key.Orders;
import org.apikeys.permission.ScopeChecks.Said;
import org.apikeys.plugins.testing.SourceJar;
import org.apikeys.request.Policies;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.junit.jupiter.api.Test;

/** What a plugin brings beside scopes and sets: checks, types, resources, policies, a validator. */
class PluginPartsTest {
  private final Path folder = TestStore.newFolder();
  private final TestStore store = TestStore.derby();

  private TestServices node(String members) {
    SourceJar.of("Acme", members).in(folder, "acme.jar");
    store.emptied();
    store.addPerson(1, TestStore.DEFAULT, "admin", "admin");
    TestServices services =
        new TestServices(
            store,
            Map.of(
                "apikeys.plugins.dir",
                folder.toString(),
                "apikeys.plugins.check-time-limit",
                "PT0.5S"));
    services.get(Plugins.class).refresh();
    services.get(ChangeReader.class).read();
    return services;
  }

  private static PluginStatus acme(TestServices services) {
    return services.get(Plugins.class).all().stream()
        .filter(plugin -> "acme.jar".equals(plugin.file()))
        .findFirst()
        .orElseThrow();
  }

  /** A plugin with one check over {@code rockets:launch}. */
  private static String checking(String judgement) {
    return members("acme", "1.0.0", "rockets:launch", "rockets:see")
        + """
          public List<DecisionCheckDeclaration> decisionChecks() {
            return List.of(new DecisionCheckDeclaration(
                "countdown", "For a test", List.of("rockets:launch"), (scope, call) -> { %s }));
          }
          """
            .formatted(judgement);
  }

  private static IssuedKey key(TestServices services, String... scopes) {
    return services
        .get(KeyIssuer.class)
        .issue(
            Orders.admin(),
            Orders.from(
                "{\"name\": \"k\", \"metadata\": {\"pad\": \"a\"}, \"scopes\": [\""
                    + String.join("\", \"", scopes)
                    + "\"]}"));
  }

  private static Attempt call(String needed, String method) {
    return new Attempt(
        ScopeExpression.parse(needed), null, null, null, 0, 1, 0, null, method, "/launch");
  }

  private static DecisionCode decide(TestServices services, IssuedKey key, Attempt call) {
    return services
        .get(Verifier.class)
        .decide(key.secret().reveal(), TestStore.DEFAULT, call)
        .code();
  }

  @Test
  void asksACheckWhetherAScopeCountsForACall() {
    TestServices services =
        node(
            checking(
                "return call.method().orElse(\"\").equals(\"POST\")"
                    + " && call.key().metadata().get(\"pad\").equals(\"a\")"
                    + " ? Verdict.pass() : Verdict.refuse(\"not \\\"posted\\\"\");"));
    IssuedKey key = key(services, "rockets:launch", "rockets:see", "agents:read");

    assertThat(decide(services, key, call("rockets:launch", "POST"))).isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, key, call("rockets:launch", "GET")))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    // what it does not judge goes on without it
    assertThat(decide(services, key, call("rockets:see", "GET"))).isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, key, call("rockets:launch or agents:read", "GET")))
        .isEqualTo(DecisionCode.VALID);
    // a scope that does not count is held all the same
    assertThat(decide(services, key, call("agents:read and not rockets:launch", "GET")))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    assertThat(acme(services).state()).isEqualTo(PluginState.ENABLED);

    Verifier.Explanation why =
        services
            .get(Verifier.class)
            .explain(key.secret().reveal(), TestStore.DEFAULT, call("rockets:launch", "GET"));
    assertThat(why.decision().code()).isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    assertThat(why.plugins())
        .containsExactly(
            new Said(
                "plugin:acme:countdown", false, "rockets:launch does not count: not \"posted\""));
    Verifier.Explanation besides =
        services
            .get(Verifier.class)
            .explain(key.secret().reveal(), TestStore.DEFAULT, call("agents:read", "GET"));
    assertThat(besides.plugins()).extracting(Said::passed).containsOnlyNulls();

    services.get(PluginControl.class).disable(Orders.admin(), "acme");
    assertThat(decide(services, key, call("rockets:launch", "POST")))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
  }

  @Test
  void knowsNothingOfChecksInKeysThatTheyDoNotConcern() {
    TestServices services = node(checking("throw new IllegalStateException(\"asked\");"));
    IssuedKey key = key(services, "agents:read", "rockets:see");

    assertThat(decide(services, key, call("agents:read and rockets:see", "GET")))
        .isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, key, call("rockets:launch", "GET")))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    services.get(Plugins.class).watch();
    assertThat(acme(services).state()).isEqualTo(PluginState.ENABLED);
  }

  @Test
  void deniesAndQuarantinesWhenACheckFails() {
    for (String failure :
        List.of(
            "throw new IllegalStateException(\"on purpose\");",
            "return null;",
            "while (true) { if (Thread.interrupted()) { throw new IllegalStateException(); } }")) {
      TestServices services = node(checking(failure));
      IssuedKey key = key(services, "rockets:launch", "rockets:see");

      assertThat(decide(services, key, call("rockets:launch", "GET")))
          .as(failure)
          .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
      services.get(Plugins.class).watch();

      assertThat(acme(services).state()).as(failure).isEqualTo(PluginState.QUARANTINED);
      assertThat(acme(services).reason()).isNotBlank();
      // all that it brings is gone with it
      assertThat(decide(services, key, call("rockets:see", "GET")))
          .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
      services.get(PluginControl.class).reload(Orders.admin(), "acme");
      assertThat(acme(services).state()).as(failure).isEqualTo(PluginState.ENABLED);
      assertThat(decide(services, key, call("rockets:see", "GET"))).isEqualTo(DecisionCode.VALID);
    }
  }

  @Test
  void takesNoCheckOverScopesOfOthers() {
    TestServices services =
        node(
            checking("return Verdict.pass();")
                .replace("List.of(\"rockets:launch\")", "List.of(\"agents:*\")"));
    assertThat(acme(services).state()).isEqualTo(PluginState.QUARANTINED);
    assertThat(acme(services).reason()).contains("agents:*");
  }

  private static final String VALIDATING =
      members("acme", "1.0.0", "rockets:launch", "rockets:see")
          + """
            public Optional<RequestValidator> requestValidator() {
              return Optional.of(key -> {
                if (key.metadata().containsKey("broken")) { throw new IllegalStateException("lost"); }
                return key.name().length() < 3
                    ? List.of(new org.apikeys.api.problem.FieldError("name", "is too short for rockets"))
                    : List.of();
              });
            }
            """;

  @Test
  void letsAPluginObjectToKeysThatCarryItsScopes() {
    TestServices services = node(VALIDATING);
    assertInvalid(() -> key(services, "rockets:see"), "name", "is too short for rockets");
    IssuedKey others = key(services, "agents:read");
    KeyIssuer issuer = services.get(KeyIssuer.class);
    IssuedKey good =
        issuer.issue(
            Orders.admin(),
            Orders.from("{\"name\": \"long enough\", \"scopes\": [\"rockets:see\"]}"));
    KeyKeeper keeper = services.get(KeyKeeper.class);
    assertInvalid(
        () ->
            keeper.change(
                Orders.admin(),
                others.view().id(),
                before -> changed(before, "scopes", List.of("agents:read", "rockets:see")),
                null,
                null),
        "name",
        "is too short for rockets");
    keeper.change(Orders.admin(), good.view().id(), before -> before, false, null);

    assertThatThrownBy(
            () ->
                issuer.issue(
                    Orders.admin(),
                    Orders.from(
                        "{\"name\": \"broken\", \"metadata\": {\"broken\": true},"
                            + " \"scopes\": [\"rockets:see\"]}")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.CONFLICT);
              assertThat(e.detail()).contains("acme", "lost");
            });
    services.get(Plugins.class).watch();
    assertThat(acme(services).state()).isEqualTo(PluginState.QUARANTINED);
  }

  private static KeyConfiguration changed(KeyConfiguration key, String field, Object value) {
    var tree = org.apikeys.store.Json.MAPPER.valueToTree(key);
    ((com.fasterxml.jackson.databind.node.ObjectNode) tree)
        .set(field, org.apikeys.store.Json.MAPPER.valueToTree(value));
    return Orders.from(tree.toString());
  }

  private static void assertInvalid(Runnable call, String field, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).contains(new FieldError(field, message)));
  }

  private static final String TYPING =
      members("acme", "1.0.0", "rockets:launch", "rockets:see")
          + """
            public List<KeyTypeDeclaration> keyTypes() {
              return List.of(new KeyTypeDeclaration("pad", "A launch pad",
                  KeyTypeDeclaration.Category.APPLICATION, java.time.Duration.ofDays(1), false,
                  List.of(KeyTypeDeclaration.Restriction.IP), List.of("rockets:*")),
                  new KeyTypeDeclaration("temporary", "Not ours",
                  KeyTypeDeclaration.Category.USER, null, false, List.of(), List.of()));
            }
            public List<PolicyDefault> policyDefaults() {
              return List.of(new PolicyDefault("two-more", "For a test", List.of("rockets:launch"),
                  List.of("pad"), List.of("development"), 2));
            }
            public List<ResourceTypeDeclaration> resourceTypes() {
              return List.of(new ResourceTypeDeclaration("pad", "A launch pad", "pads/*", true,
                  List.of("rockets:launch")));
            }
            """;

  private static KeyConfiguration pad(String more) {
    return Orders.from(
        "{\"name\": \"k\", \"type\": \"pad\", \"environment\": \"development\","
            + " \"restrictions\": {\"ip\": {\"allow\": [\"203.0.113.0/24\"], \"deny\": []}}"
            + more
            + "}");
  }

  @Test
  void keepsKeysToThePluginsTypesAndTypesToTheirPlugin() {
    TestServices services = node(TYPING);
    KeyTypes types = services.get(KeyTypes.class);
    assertThat(types.all())
        .anySatisfy(
            type -> {
              assertThat(type.name()).isEqualTo("pad");
              assertThat(type.plugin()).isEqualTo("acme");
            })
        .anySatisfy(
            type -> {
              // the operator's file wins
              assertThat(type.name()).isEqualTo("temporary");
              assertThat(type.plugin()).isEqualTo("config");
            });
    KeyIssuer issuer = services.get(KeyIssuer.class);
    IssuedKey key =
        issuer.issue(Orders.admin(), pad(", \"scopes\": [\"rockets:launch\", \"rockets:see\"]"));
    assertThat(key.view().configuration().expiresAt())
        .isEqualTo(services.clock().instant().plusSeconds(86_400));
    assertInvalid(
        () -> issuer.issue(Orders.admin(), pad(", \"scopes\": [\"agents:read\"]")),
        "scopes",
        "a key of the type pad can't hold agents:read");
    assertInvalid(
        () -> issuer.issue(Orders.admin(), Orders.from("{\"name\": \"k\", \"type\": \"pad\"}")),
        "restrictions.ip",
        "a key of the type pad must be restricted by it");

    services.get(PluginControl.class).disable(Orders.admin(), "acme");
    assertThatThrownBy(() -> issuer.issue(Orders.admin(), pad("")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("type"));
    KeyKeeper keeper = services.get(KeyKeeper.class);
    long id = key.view().id();
    keeper.change(
        Orders.admin(),
        id,
        before -> changed(before, "scopes", List.of("rockets:see")),
        null,
        null);
    assertThatThrownBy(
            () ->
                keeper.change(
                    Orders.admin(),
                    id,
                    before -> changed(before, "restrictions", Map.of()),
                    null,
                    null))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.CONFLICT));
    assertThat(services.get(KeyReader.class).grants(Orders.admin(), id).warnings())
        .anySatisfy(warning -> assertThat(warning).contains("the type pad"));
    keeper.change(Orders.admin(), id, before -> before, false, null);
  }

  @Test
  void asksForTheApprovalsThatAPluginWantsUnlessTheOrganizationDecides() {
    TestServices services = node(TYPING);
    Policies policies = services.get(Policies.class);
    KeyConfiguration launching = pad(", \"scopes\": [\"rockets:launch\"]");
    Policies.DryRun run =
        policies.dryRun(Orders.admin(), List.of("developer"), null, null, launching);
    assertThat(run.requiredApprovals()).isEqualTo(2);
    assertThat(run.additions()).containsExactly("acme-two-more");
    assertThat(
            policies
                .dryRun(
                    Orders.admin(),
                    List.of("developer"),
                    null,
                    null,
                    pad(", \"scopes\": [\"rockets:see\"]"))
                .automatic())
        .isTrue();
    assertThat(policies.read(Orders.admin()).pluginAdditions()).hasSize(1);

    policies.replace(
        Orders.admin(),
        org.apikeys.store.Json.MAPPER.valueToTree(
            Map.of("policies", List.of(Map.of("name", "all", "automatic", true)))),
        null);
    assertThat(
            policies
                .dryRun(Orders.admin(), List.of("developer"), null, null, launching)
                .automatic())
        .isTrue();
    assertThat(policies.read(Orders.admin()).pluginAdditions()).isEmpty();
  }

  @Test
  void holdsGrantsToTheKindOfResource() {
    TestServices services = node(TYPING);
    KeyIssuer issuer = services.get(KeyIssuer.class);
    assertInvalid(
        () -> issuer.issue(Orders.admin(), pad(", \"scopes\": [\"rockets:launch@pad/7\"]")),
        "scopes[0]",
        "is granted on resources named like pads/*");
    // a scope of no kind is granted on anything
    issuer.issue(Orders.admin(), pad(", \"scopes\": [\"rockets:see@moons/1\"]"));
    IssuedKey key = issuer.issue(Orders.admin(), pad(", \"scopes\": [\"rockets:launch@Pads/7\"]"));
    for (String resource : List.of("pads/7", "PADS/7")) {
      assertThat(on(services, key, resource)).as(resource).isEqualTo(DecisionCode.VALID);
    }
    assertThat(on(services, key, "pads/8")).isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
  }

  private static DecisionCode on(TestServices services, IssuedKey key, String resource) {
    Attempt call =
        new Attempt(
            ScopeExpression.parse("rockets:launch"),
            "203.0.113.9",
            null,
            null,
            0,
            1,
            0,
            ResourcePattern.parse(resource));
    return services
        .get(Verifier.class)
        .decide(Objects.requireNonNull(key.secret()).reveal(), TestStore.DEFAULT, call)
        .code();
  }

  @Test
  void quarantinesPluginsThatBringTheSame() {
    SourceJar.of("Twin", TYPING.replace("acme", "twin").replace("rockets:", "twins:"))
        .in(folder, "twin.jar");
    TestServices services = node(TYPING);
    assertThat(services.get(Plugins.class).all())
        .anySatisfy(
            plugin -> {
              assertThat(plugin.file()).isEqualTo("twin.jar");
              assertThat(plugin.reason()).contains("resource type pad is taken");
            });
  }
}
