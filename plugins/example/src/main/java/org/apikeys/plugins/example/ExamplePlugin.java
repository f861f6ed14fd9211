package org.apikeys.plugins.example;

import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;

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
}
