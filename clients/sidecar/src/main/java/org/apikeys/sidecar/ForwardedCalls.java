package org.apikeys.sidecar;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.client.Call;
import org.jspecify.annotations.Nullable;

/** Reads the call that a proxy asks about with {@code /api/v1/authorize}, as the server does. */
final class ForwardedCalls {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");
  private static final int LONGEST_METHOD = 10;
  private static final int LONGEST_REFERRER = 4_096;
  private static final int LONGEST_RESOURCE = 500;

  /**
   * Envoy can put the original path behind a text and nowhere else: everything from here on is that
   * path with its query, and no part of the question.
   */
  private static final String URI = "uri=";

  private static final String SCOPE = "scope";
  private static final String RESOURCE = "resource";

  private final Addresses proxies;
  private final Settings.Query taken;
  private final Memo<String, ScopeExpression> expressions =
      new Memo<>(1_024, ScopeExpression::parse);

  ForwardedCalls(Settings settings) {
    proxies = settings.trustedProxies();
    taken = settings.query();
  }

  /** The call; empty when something is wrong with the question, which the server can tell. */
  Optional<Call> read(Question question) {
    String query = question.query();
    int appended = appended(query);
    String own = query == null || appended < 0 ? query : query.substring(0, appended);
    String uri =
        query == null || appended < 0
            ? first(question, Header.FORWARDED_URI, Header.ORIGINAL_URI, Header.ORIGINAL_URL)
            : query.substring(appended + URI.length());
    int mark = uri == null ? -1 : uri.indexOf('?');
    String ofClient = uri == null || mark < 0 ? null : uri.substring(mark + 1);
    String referrer = question.first(Header.REFERRER);
    if (referrer != null && referrer.length() > LONGEST_REFERRER) {
      return Optional.empty();
    }
    Optional<String> key = Credential.of(question, taken, own, ofClient);
    try {
      ScopeExpression needed = needed(own);
      String resource = needed == null ? null : resource(own);
      return key.map(
          presented ->
              call(question, presented, needed, referrer, mark < 0 ? uri : before(uri, mark))
                  .on(resource));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String before(@Nullable String uri, int mark) {
    return uri == null ? null : uri.substring(0, mark);
  }

  private Call call(
      Question question,
      String key,
      @Nullable ScopeExpression needed,
      @Nullable String referrer,
      @Nullable String path) {
    String peer = question.peer();
    String method = first(question, Header.FORWARDED_METHOD, Header.ORIGINAL_METHOD);
    return new Call(
        key,
        needed,
        null,
        proxies.client(peer, question.all(Header.FORWARDED_FOR)),
        referrer,
        method == null || method.length() > LONGEST_METHOD ? question.method() : method,
        path == null || isPrintable(path) ? path : UNPRINTABLE.matcher(path).replaceAll("?"),
        null,
        1,
        length(peer, question.first(Header.ORIGINAL_LENGTH)));
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

  /**
   * The scopes that are needed: every {@code scope} is an expression of its own, and all count.
   *
   * @throws IllegalArgumentException when something is asked that only the server can answer
   */
  private @Nullable ScopeExpression needed(@Nullable String own) {
    if (own == null) {
      return null;
    }
    ScopeExpression needed = null;
    for (String pair : own.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = Credential.decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (name.equals(SCOPE)) {
        ScopeExpression one =
            expressions.of(equals < 0 ? "" : Credential.decoded(pair.substring(equals + 1)));
        needed = needed == null ? one : needed.and(one);
      } else if (name.regionMatches(true, 0, SCOPE, 0, SCOPE.length())) {
        throw new IllegalArgumentException("a slip in the name of the parameter");
      }
    }
    return needed;
  }

  /**
   * What the call is about; null for nothing that a grant could cover. Its name counts as it is
   * written. Other parameters are the client's own, which some proxies pass on.
   *
   * @throws IllegalArgumentException when something is asked that only the server can answer
   */
  private static @Nullable String resource(@Nullable String own) {
    if (own == null || !own.contains(RESOURCE)) {
      return null;
    }
    String found = null;
    for (String pair : own.split("&", -1)) {
      int equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equals(RESOURCE)) {
        if (found != null) {
          throw new IllegalArgumentException("more than one resource");
        }
        found = equals < 0 ? "" : Credential.decoded(pair.substring(equals + 1));
      }
    }
    if (found != null && found.length() > LONGEST_RESOURCE) {
      throw new IllegalArgumentException("a resource that is too long");
    }
    return found == null || found.indexOf('\0') >= 0 ? null : found;
  }

  private static boolean isPrintable(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) < ' ' || path.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String first(Question question, Header... names) {
    for (Header name : names) {
      String value = question.first(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
