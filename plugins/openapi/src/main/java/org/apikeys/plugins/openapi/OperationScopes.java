package org.apikeys.plugins.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.api.plugin.PermissionSetDeclaration;
import org.apikeys.api.plugin.Risk;
import org.apikeys.api.plugin.ScopeDeclaration;

/** Scopes and sets of operations. */
final class OperationScopes {
  private static final int LONGEST = 200;

  private OperationScopes() {}

  /** A scope for each operation, and one for each tag that implies those of its operations. */
  static List<ScopeDeclaration> of(List<Operation> operations) {
    Map<String, ScopeDeclaration> scopes = new LinkedHashMap<>();
    Map<String, List<Operation>> tagged = new TreeMap<>();
    for (Operation operation : operations) {
      // paths that differ in their brackets alone are one operation to a gateway
      scopes.putIfAbsent(
          operation.scope(),
          new ScopeDeclaration(operation.scope(), description(operation), risk(operation)));
      operation
          .tags()
          .forEach(
              tag ->
                  tagged
                      .computeIfAbsent(Operation.segment(tag), name -> new ArrayList<>())
                      .add(operation));
    }
    tagged.forEach(
        (tag, members) -> {
          String name = "api:tag:" + tag;
          scopes.put(
              name,
              new ScopeDeclaration(
                  name,
                  "All operations with the tag " + tag,
                  members.stream().map(OperationScopes::risk).max(Risk::compareTo).orElseThrow(),
                  members.stream().map(Operation::scope).distinct().toList()));
        });
    return List.copyOf(scopes.values());
  }

  static List<PermissionSetDeclaration> sets(List<Operation> operations) {
    List<PermissionSetDeclaration> sets = new ArrayList<>();
    List<String> safe =
        operations.stream().filter(Operation::isSafe).map(Operation::scope).distinct().toList();
    if (!safe.isEmpty()) {
      sets.add(new PermissionSetDeclaration("api-read", "Every operation that only looks", safe));
    }
    List<String> all = operations.stream().map(Operation::scope).distinct().toList();
    if (!all.isEmpty()) {
      sets.add(new PermissionSetDeclaration("api-full", "Every operation", all));
    }
    return sets;
  }

  private static String description(Operation operation) {
    String call = operation.method().toUpperCase(java.util.Locale.ROOT) + " " + operation.path();
    String text = operation.summary().isBlank() ? call : operation.summary() + " (" + call + ")";
    String clean = text.replaceAll("\\p{Cntrl}+", " ");
    return clean.length() > LONGEST ? clean.substring(0, LONGEST - 1) + "…" : clean;
  }

  private static Risk risk(Operation operation) {
    if (operation.isSafe()) {
      return Risk.LOW;
    }
    return operation.method().equals("delete") ? Risk.HIGH : Risk.MEDIUM;
  }
}
