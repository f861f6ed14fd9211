package org.apikeys.web.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.setting.Settings.QueryParameter;
import org.jspecify.annotations.Nullable;

/**
 * What a caller presents: one API key or one token. The same credential in two places is one; two
 * different ones, or one header twice, are refused, since nobody could say which counted.
 *
 * @param value the key or token
 * @param isKey whether it is an API key
 */
record Credentials(String value, boolean isKey) {
  static final String PARAMETER = "api_key";
  private static final String BEARER = "bearer ";
  private static final int LONGEST = 8_192;
  private static final Pattern TOKEN = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]*");

  /** Reads them from a request. */
  static Optional<Credentials> of(
      HttpServletRequest request, KeyFormat format, QueryParameter taken) {
    return of(request, request.getQueryString(), format, taken);
  }

  /** Reads them from the headers of a request, and from a query. */
  static Optional<Credentials> of(
      HttpServletRequest request, @Nullable String query, KeyFormat format, QueryParameter taken) {
    Enumeration<String> keys = request.getHeaders("X-API-Key");
    Enumeration<String> authorizations = request.getHeaders("Authorization");
    if (keys.hasMoreElements() && !authorizations.hasMoreElements() && !mayHaveKey(query, taken)) {
      String key = keys.nextElement();
      // the usual way: one key in its header, and nothing else
      if (!keys.hasMoreElements()) {
        String value = key.strip();
        return Optional.of(new Credentials(value.length() > LONGEST ? "" : value, true));
      }
    }
    return of(
        Collections.list(request.getHeaders("X-API-Key")),
        Collections.list(authorizations),
        query,
        format,
        taken);
  }

  private static boolean mayHaveKey(@Nullable String query, QueryParameter taken) {
    // a name may be written with escapes
    return query != null
        && (query.contains(PARAMETER) || query.indexOf('%') >= 0)
        && taken != QueryParameter.NONE;
  }

  static Optional<Credentials> of(
      List<String> keyHeaders,
      List<String> authorizationHeaders,
      @Nullable String query,
      KeyFormat format,
      QueryParameter taken) {
    if (keyHeaders.size() > 1 || authorizationHeaders.size() > 1) {
      throw ambiguous("A header with a credential was sent twice.");
    }
    List<Credentials> found = new ArrayList<>();
    keyHeaders.forEach(key -> found.add(new Credentials(key.strip(), true)));
    for (String header : authorizationHeaders) {
      if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        String value = header.substring(BEARER.length()).strip();
        found.add(new Credentials(value, !isToken(value, format)));
      } else {
        throw new ProblemException(
            ProblemType.UNAUTHENTICATED, "Authorization takes the scheme Bearer alone.");
      }
    }
    fromQuery(query, format, taken).forEach(key -> found.add(new Credentials(key, true)));
    if (found.stream().map(Credentials::value).distinct().count() > 1) {
      throw ambiguous("Two different credentials were sent; send one.");
    }
    return found.stream()
        .findFirst()
        .map(first -> first.value().length() > LONGEST ? new Credentials("", true) : first);
  }

  /** The token of a request that presents nothing else. */
  static String token(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    return header == null ? "" : header.substring(BEARER.length()).strip();
  }

  private static List<String> fromQuery(
      @Nullable String query, KeyFormat format, QueryParameter taken) {
    if (query == null || !mayHaveKey(query, taken)) {
      return List.of();
    }
    List<String> keys = values(query);
    if (keys.size() > 1) {
      throw ambiguous("The query parameter api_key was sent twice.");
    }
    for (String key : keys) {
      if (taken == QueryParameter.PUBLISHABLE && isSecret(key, format)) {
        throw leaked();
      }
    }
    return keys;
  }

  /** A JSON Web Token (RFC 7519) in its compact form; whatever else is presented is a key. */
  private static boolean isToken(String value, KeyFormat format) {
    return !format.looksLikeKey(value) && TOKEN.matcher(value).matches();
  }

  /** The values of {@code api_key} in a query. */
  static List<String> values(String query) {
    List<String> values = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && decoded(pair.substring(0, equals)).equals(PARAMETER)) {
        values.add(decoded(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  /** Whether it is a key, and no publishable one: then it does not belong in a URL. */
  static boolean isSecret(String key, KeyFormat format) {
    return !key.isEmpty() && !key.startsWith(format.publishablePrefix() + "_");
  }

  static ProblemException leaked() {
    return new ProblemException(
        ProblemType.KEY_IN_URL,
        "A secret key in a URL has leaked into logs and histories: rotate it, and send the new one"
            + " in X-API-Key.");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static ProblemException ambiguous(String detail) {
    return new ProblemException(ProblemType.AMBIGUOUS_CREDENTIALS, detail);
  }

  @Override
  public String toString() {
    return isKey ? "Credentials[key]" : "Credentials[token]";
  }
}
