package org.apikeys.plugins.example;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.plugin.CheckedCall;
import org.apikeys.api.plugin.DecisionCheckDeclaration;
import org.apikeys.api.plugin.KeyTypeDeclaration;
import org.apikeys.api.plugin.KeyTypeDeclaration.Category;
import org.apikeys.api.plugin.KeyTypeDeclaration.Restriction;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PolicyDefault;
import org.apikeys.api.plugin.RequestValidator;
import org.apikeys.api.plugin.ResourceTypeDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;
import org.apikeys.api.plugin.Verdict;
import org.apikeys.api.plugin.WantedKey;
import org.apikeys.api.problem.FieldError;

/** The permissions of a web shop. */
public final class ExamplePlugin implements PermissionPlugin {
  private static final List<ScopeDeclaration> SCOPES =
      List.of(
          new ScopeDeclaration("orders:read", "See orders", Risk.LOW),
          new ScopeDeclaration("orders:write", "Place and change orders", Risk.MEDIUM),
          new ScopeDeclaration(
              "orders:refund", "Pay money back", Risk.HIGH, List.of("orders:read")));

  private static final List<PermissionSetDeclaration> SETS =
      List.of(
          new PermissionSetDeclaration(
              "shop-support", "What the support desk needs", List.of("orders:refund")),
          new PermissionSetDeclaration(
              "shop-owner", "Everything in the shop", List.of("orders:*")));

  private static final List<ResourceTypeDeclaration> RESOURCES =
      List.of(
          new ResourceTypeDeclaration(
              "shop",
              "A shop and what is in it",
              "shops/*",
              true,
              List.of("orders:read", "orders:write", "orders:refund")));

  private static final List<KeyTypeDeclaration> TYPES =
      List.of(
          new KeyTypeDeclaration(
              "kiosk",
              "A till in a shop",
              Category.APPLICATION,
              Duration.ofDays(90),
              false,
              List.of(Restriction.IP),
              List.of("orders:read", "orders:write")));

  private static final List<PolicyDefault> POLICIES =
      List.of(
          new PolicyDefault(
              "kiosks-for-real",
              "A till that takes money takes one approval more.",
              List.of(),
              List.of("kiosk"),
              List.of("production"),
              1));

  private static final List<DecisionCheckDeclaration> CHECKS =
      List.of(
          new DecisionCheckDeclaration(
              "posted-refunds",
              "Refunds are posted, never fetched by a link",
              List.of("orders:refund"),
              ExamplePlugin::posted));

  private static Verdict posted(String scope, CheckedCall call) {
    return call.method().filter("POST"::equals).isPresent()
        ? Verdict.pass()
        : Verdict.refuse("the method is " + call.method().orElse("not known"));
  }

  private static List<FieldError> validated(WantedKey key) {
    boolean ofNoShop = key.type().equals("kiosk") && !key.metadata().containsKey("shop");
    return ofNoShop
        ? List.of(new FieldError("metadata.shop", "says which shop the kiosk is in"))
        : List.of();
  }

  @Override
  public String id() {
    return "example";
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public String description() {
    return "The permissions of a web shop.";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ScopeDeclaration> scopes() {
    return SCOPES;
  }

  @Override
  public List<PermissionSetDeclaration> permissionSets() {
    return SETS;
  }

  @Override
  public List<ResourceTypeDeclaration> resourceTypes() {
    return RESOURCES;
  }

  @Override
  public List<KeyTypeDeclaration> keyTypes() {
    return TYPES;
  }

  @Override
  public List<PolicyDefault> policyDefaults() {
    return POLICIES;
  }

  @Override
  public List<DecisionCheckDeclaration> decisionChecks() {
    return CHECKS;
  }

  @Override
  public Optional<RequestValidator> requestValidator() {
    return Optional.of(ExamplePlugin::validated);
  }
}
