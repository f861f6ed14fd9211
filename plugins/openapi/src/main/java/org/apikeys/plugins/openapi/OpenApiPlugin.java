package org.apikeys.plugins.openapi;

import java.nio.file.Path;
import java.util.List;
import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.PluginSettings;
import org.apikeys.api.plugin.ScopeDeclaration;

/**
 * Makes scopes of an OpenAPI document, so that a gateway can authorize by method and path: {@code
 * api:get:pets.petid} for {@code GET /pets/{petId}}, and {@code api:tag:pets} for all operations
 * with the tag {@code pets}. Sets {@code api-read} and {@code api-full} grant the operations that
 * only look, and all. The document is the setting {@code apikeys.plugin.openapi.document}; without
 * one the plugin names nothing. When the file changes the plugin is loaded anew.
 */
public final class OpenApiPlugin implements PermissionPlugin {
  private List<Operation> operations = List.of();
  private List<Path> watched = List.of();

  @Override
  public void start(PluginSettings settings) {
    settings
        .text("document")
        .map(Path::of)
        .ifPresent(
            document -> {
              // before it is read: one that can't be read is read again when it changes
              watched = List.of(document.toAbsolutePath());
              operations = OpenApiDocument.read(document);
            });
  }

  @Override
  public String id() {
    return "openapi";
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public String description() {
    return "The operations of an OpenAPI document, by method and path, and by tag.";
  }

  @Override
  public List<Path> watchedFiles() {
    return watched;
  }

  @Override
  public List<ScopeDeclaration> scopes() {
    return OperationScopes.of(operations);
  }

  @Override
  public List<PermissionSetDeclaration> permissionSets() {
    return OperationScopes.sets(operations);
  }
}
