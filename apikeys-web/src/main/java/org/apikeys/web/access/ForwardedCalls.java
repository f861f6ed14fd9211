package org.apikeys.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.hot.Direct;
import org.apikeys.hot.Printable;
import org.apikeys.setting.Settings;
import org.apikeys.setting.Settings.QueryParameter;
import org.apikeys.web.http.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Reads a proxy's question. The key is taken from where the client presented it; what the proxy
 * says of the client's address and page counts only when the proxy is trusted.
 */
@Direct
public class ForwardedCalls {
  private static final int LONGEST_PATH = 500;

  /**
   * Envoy can put the original path behind a text and nowhere else: everything from here on is that
   * path with its query, and no part of the question.
   */
  private static final String URI = "uri=";

  /** A proxy understands 401 and 403 alone as a refusal. */
  private static final int REFUSED = 401;

  private final KeyFormat format;
  private final QueryParameter taken;
  private final Origin origin;
  private final KeysInUrls leaks;

  @Inject
  ForwardedCalls(KeyFormat format, Settings settings, Origin origin, KeysInUrls leaks) {
    this.leaks = leaks;
    this.format = format;
    taken = settings.queryParameter();
    this.origin = origin;
  }

  /** The call that the request asks about. */
  public ForwardedCall of(HttpServletRequest request) {
    boolean trusted = origin.isTrusted(request);
    String query = request.getQueryString();
    int appended = appended(query);
    String question = query == null || appended < 0 ? query : query.substring(0, appended);
    String uri =
        query == null || appended < 0
            ? first(request, "X-Forwarded-Uri", "X-Original-URI", "X-Original-Url")
            : query.substring(appended + URI.length());
    String method = first(request, "X-Forwarded-Method", "X-Original-Method");
    return new ForwardedCall(
        question,
        noted(request, question, uri),
        origin.address(request),
        request.getHeader("Referer"),
        path(uri),
        method == null || method.length() > 10 ? request.getMethod() : method,
        trusted ? length(request.getHeader("X-Original-Content-Length")) : 0);
  }

  private String noted(
      HttpServletRequest request, @Nullable String question, @Nullable String uri) {
    try {
      return key(request, question, uri);
    } catch (ProblemException problem) {
      if (problem.type() == ProblemType.KEY_IN_URL) {
        int query = uri == null ? -1 : uri.indexOf('?');
        String address = origin.address(request);
        leaks.note(question, address);
        leaks.note(uri == null || query < 0 ? null : uri.substring(query + 1), address);
      }
      throw problem;
    }
  }

  /** Where the original path begins that a proxy has put after its own query, or -1. */
  private static int appended(@Nullable String query) {
    if (query == null) {
      return -1;
    }
    int found = query.indexOf("&" + URI);
    return query.startsWith(URI) ? 0 : found < 0 ? -1 : found + 1;
  }

  private String key(HttpServletRequest request, @Nullable String question, @Nullable String uri) {
    Optional<Credentials> presented;
    try {
      presented = Credentials.of(request, question, format, taken);
    } catch (ProblemException problem) {
      throw problem.type() == ProblemType.KEY_IN_URL ? problem.withStatus(REFUSED) : problem;
    }
    List<String> inUri = inQuery(uri);
    for (String key : inUri) {
      boolean differs = presented.isPresent() && !presented.get().value().equals(key);
      if (differs || inUri.size() > 1) {
        throw new ProblemException(
            ProblemType.AMBIGUOUS_CREDENTIALS, "Two different credentials were sent; send one.");
      }
    }
    String key =
        presented.map(Credentials::value).or(() -> inUri.stream().findFirst()).orElse(null);
    if (key == null) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The call carries no API key; send one in X-API-Key.");
    }
    return key;
  }

  private List<String> inQuery(@Nullable String uri) {
    int query = uri == null ? -1 : uri.indexOf('?');
    if (uri == null || query < 0 || taken == QueryParameter.NONE) {
      return List.of();
    }
    List<String> keys = Credentials.values(uri.substring(query + 1));
    boolean secret = keys.stream().anyMatch(key -> Credentials.isSecret(key, format));
    if (secret && taken == QueryParameter.PUBLISHABLE) {
      throw Credentials.leaked().withStatus(REFUSED);
    }
    return keys;
  }

  /** The proxy that asks: it needs no key of its own, so it is nobody in particular. */
  public Caller proxy(HttpServletRequest request, long organization) {
    Caller anonymous = origin.anonymous(request);
    return new Caller(
        anonymous.kind(),
        0,
        "proxy",
        "proxy",
        organization,
        Set.of(),
        Set.of(),
        anonymous.ip(),
        anonymous.userAgent(),
        anonymous.requestId());
  }

  private static @Nullable String first(HttpServletRequest request, String... names) {
    for (String name : names) {
      String value = request.getHeader(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable String path(@Nullable String uri) {
    String path = Endpoint.withoutQuery(uri);
    return path == null
        ? null
        : Printable.of(path.substring(0, Math.min(path.length(), LONGEST_PATH)));
  }

  private static long length(@Nullable String header) {
    return header != null && header.matches("[0-9]{1,15}") ? Long.parseLong(header) : 0;
  }
}
