package org.apikeys.sidecar;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.key.KeyFormat;
import org.jspecify.annotations.Nullable;

/** Finds the one credential of a request. */
final class Credential {
  static final String PARAMETER = "api_key";
  private static final String BEARER = "Bearer ";
  private static final String PUBLISHABLE = KeyFormat.DEFAULT.publishablePrefix() + "_";

  private Credential() {}

  /**
   * The one credential in the headers of a question and in queries; empty when there is none, or
   * when something is wrong with them, which the server can tell.
   */
  static Optional<String> of(Question question, Settings.Query taken, @Nullable String... queries) {
    List<String> own = question.all(Header.API_KEY);
    List<String> authorizations = question.all(Header.AUTHORIZATION);
    if (own.size() > 1 || authorizations.size() > 1) {
      return Optional.empty();
    }
    List<String> inQueries = inQueries(queries);
    if (own.size() == 1 && authorizations.isEmpty() && inQueries.isEmpty()) {
      return Optional.of(own.get(0).strip());
    }
    if (!inQueries.isEmpty() && !isTaken(inQueries, taken)) {
      return Optional.empty();
    }
    Set<String> found = new LinkedHashSet<>(inQueries);
    own.forEach(key -> found.add(key.strip()));
    for (String header : authorizations) {
      if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        return Optional.empty();
      }
      found.add(header.substring(BEARER.length()).strip());
    }
    return found.size() == 1 ? found.stream().findFirst() : Optional.empty();
  }

  private static boolean isTaken(List<String> keys, Settings.Query taken) {
    return keys.size() == 1
        && taken != Settings.Query.NONE
        && (taken == Settings.Query.ALL || keys.get(0).startsWith(PUBLISHABLE));
  }

  private static List<String> inQueries(@Nullable String... queries) {
    List<String> keys = List.of();
    for (String query : queries) {
      // a name may be written with escapes
      if (query != null && (query.contains(PARAMETER) || query.indexOf('%') >= 0)) {
        keys = new ArrayList<>(keys);
        keys.addAll(inQuery(query));
      }
    }
    return keys;
  }

  private static List<String> inQuery(String query) {
    List<String> keys = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && decoded(pair.substring(0, equals)).equals(PARAMETER)) {
        keys.add(decoded(pair.substring(equals + 1)));
      }
    }
    return keys;
  }

  /** A text of a query without escapes; as it is when they are broken. */
  static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
