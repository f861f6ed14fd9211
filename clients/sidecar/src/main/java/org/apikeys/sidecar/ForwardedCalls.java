package org.apikeys.sidecar;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.permission.ScopeExpressionException;
import org.apikeys.client.Call;
import org.jspecify.annotations.Nullable;

/** Reads the call that a proxy asks about with {@code /api/v1/authorize}, as the server does. */
final class ForwardedCalls {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");
  private static final int LONGEST_METHOD = 10;
  private static final int LONGEST_REFERRER = 4_096;

  /**
   * Envoy can put the original path behind a text and nowhere else: everything from here on is that
   * path with its query, and no part of the question.
   */
  private static final String URI = "uri=";

  private static final String SCOPE = "scope=";

  private final Addresses proxies;
  private final Settings.Query taken;
  private final Expressions expressions = Expressions.ofTexts();

  ForwardedCalls(Settings settings) {
    proxies = settings.trustedProxies();
    taken = settings.query();
  }

  /** The call; empty when something is wrong with the question, which the server can tell. */
  Optional<Call> read(HttpServerRequest request) {
    MultiMap headers = request.headers();
    String query = request.query();
    int appended = appended(query);
    String question = query == null || appended < 0 ? query : query.substring(0, appended);
    String uri =
        query == null || appended < 0
            ? first(headers, "X-Forwarded-Uri", "X-Original-URI", "X-Original-Url")
            : query.substring(appended + URI.length());
    int mark = uri == null ? -1 : uri.indexOf('?');
    String ofClient = uri == null || mark < 0 ? null : uri.substring(mark + 1);
    String referrer = headers.get("Referer");
    if (referrer != null && referrer.length() > LONGEST_REFERRER) {
      return Optional.empty();
    }
    Optional<String> key = Credential.of(headers, taken, question, ofClient);
    try {
      ScopeExpression needed = needed(question);
      return key.map(
          presented ->
              call(request, presented, needed, referrer, mark < 0 ? uri : before(uri, mark)));
    } catch (ScopeExpressionException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String before(@Nullable String uri, int mark) {
    return uri == null ? null : uri.substring(0, mark);
  }

  private Call call(
      HttpServerRequest request,
      String key,
      @Nullable ScopeExpression needed,
      @Nullable String referrer,
      @Nullable String path) {
    MultiMap headers = request.headers();
    String peer = request.connection().remoteAddress().hostAddress();
    String method = first(headers, "X-Forwarded-Method", "X-Original-Method");
    return new Call(
        key,
        needed,
        null,
        proxies.client(peer, headers.getAll("X-Forwarded-For")),
        referrer,
        method == null || method.length() > LONGEST_METHOD ? request.method().name() : method,
        path == null ? null : UNPRINTABLE.matcher(path).replaceAll("?"),
        null,
        1,
        length(peer, headers.get("X-Original-Content-Length")));
  }

  private long length(String peer, @Nullable String header) {
    return header != null && proxies.trusts(peer) && LENGTH.matcher(header).matches()
        ? Long.parseLong(header)
        : 0;
  }

  private static int appended(@Nullable String query) {
    if (query == null) {
      return -1;
    }
    int found = query.indexOf("&" + URI);
    return query.startsWith(URI) ? 0 : found < 0 ? -1 : found + 1;
  }

  /** The scopes that {@code ?scope=} asks for; several are all needed. */
  private @Nullable ScopeExpression needed(@Nullable String question) {
    if (question == null || !question.contains(SCOPE)) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (String pair : question.split("&", -1)) {
      if (pair.startsWith(SCOPE)) {
        texts.add(Credential.decoded(pair.substring(SCOPE.length())));
      }
    }
    if (texts.isEmpty()) {
      return null;
    }
    return expressions.of(
        texts.size() == 1 ? texts.get(0) : "(" + String.join(") and (", texts) + ")");
  }

  private static @Nullable String first(MultiMap headers, String... names) {
    for (String name : names) {
      String value = headers.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
