package org.apikeys.web.dialect.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** The four permissions of seed 004, which are scopes of the plugin {@code dashboard}. */
final class Permissions {
  private static final List<String> ALL = List.of("read", "write", "delete", "admin");

  private Permissions() {}

  /** The permissions among a key's scopes, in the seed's order. */
  static List<String> of(List<String> scopes) {
    return ALL.stream().filter(scopes::contains).toList();
  }

  /** A key's scopes with other permissions; what it was granted elsewhere stays. */
  static List<String> replaced(List<String> scopes, List<String> permissions) {
    return Stream.concat(
            scopes.stream().filter(scope -> !ALL.contains(scope)), permissions.stream().distinct())
        .toList();
  }

  /** Refuses what is no permission. */
  static List<String> checked(List<@Nullable String> permissions) {
    List<String> checked = new ArrayList<>();
    for (int i = 0; i < permissions.size(); i++) {
      String permission = permissions.get(i);
      if (permission == null || !ALL.contains(permission)) {
        throw ProblemException.invalid(
            "permissions[" + i + "]", "is one of " + String.join(", ", ALL));
      }
      checked.add(permission);
    }
    return checked;
  }

  /** Makes the call; what it finds wrong with scopes is told of permissions, as they are sent. */
  static <T> T inTheirWords(Supplier<T> call) {
    try {
      return call.get();
    } catch (ProblemException e) {
      if (e.errors().stream().noneMatch(Permissions::isOfScopes)) {
        throw e;
      }
      throw ProblemException.invalid(
          e.errors().stream()
              .map(
                  error ->
                      isOfScopes(error) ? new FieldError("permissions", error.message()) : error)
              .distinct()
              .toList());
    }
  }

  private static boolean isOfScopes(FieldError error) {
    return error.field().equals("scopes") || error.field().startsWith("scopes[");
  }
}
