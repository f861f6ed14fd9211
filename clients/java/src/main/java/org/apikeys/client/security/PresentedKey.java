package org.apikeys.client.security;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apikeys.api.key.KeyFormat;
import org.jspecify.annotations.Nullable;

/**
 * The key that a request presents, as strictly as the server itself reads one.
 *
 * @param key null when there is none
 * @param problem the code of what is wrong; null for nothing
 */
record PresentedKey(@Nullable String key, @Nullable String problem) {
  private static final String BEARER = "bearer ";
  private static final String PARAMETER = "api_key";

  static PresentedKey of(HttpServletRequest request) {
    List<String> own = Collections.list(request.getHeaders("X-API-Key"));
    List<String> bearers = Collections.list(request.getHeaders("Authorization"));
    List<String> inQuery = inQuery(request.getQueryString());
    if (own.size() > 1 || bearers.size() > 1 || inQuery.size() > 1) {
      return new PresentedKey(null, "AMBIGUOUS_CREDENTIALS");
    }
    String publishable = KeyFormat.DEFAULT.publishablePrefix() + "_";
    if (inQuery.stream().anyMatch(key -> !key.startsWith(publishable))) {
      return new PresentedKey(null, "KEY_IN_URL");
    }
    Set<String> found = new LinkedHashSet<>();
    own.forEach(key -> found.add(key.strip()));
    for (String bearer : bearers) {
      if (bearer.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        found.add(bearer.substring(BEARER.length()).strip());
      }
    }
    found.addAll(inQuery);
    if (found.size() > 1) {
      return new PresentedKey(null, "AMBIGUOUS_CREDENTIALS");
    }
    return new PresentedKey(found.stream().findFirst().orElse(null), null);
  }

  private static List<String> inQuery(@Nullable String query) {
    List<String> keys = new ArrayList<>();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && decoded(pair.substring(0, equals)).equals(PARAMETER)) {
          keys.add(decoded(pair.substring(equals + 1)));
        }
      }
    }
    return keys;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "PresentedKey[" + problem + "]";
  }
}
