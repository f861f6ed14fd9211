package org.apikeys.web.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.KeyDraft;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.RawRequest;
import org.jspecify.annotations.Nullable;

/**
 * A call that a server and a sidecar answer alike, and what of its answer is compared.
 *
 * @param name for the report of a test
 * @param key which key it is made with; one for each side, since calls of a key are counted
 * @param call makes it
 */
record SidecarExchange(
    String name, UnaryOperator<KeyDraft> key, BiFunction<Asker, IssuedKey, Answer> call) {
  static final String AUTHORIZE = "/api/v1/authorize";

  private static final String PUBLISHED = "/agents?api_key=";

  /** What the two may differ in: instants, the connection, and who has decided. */
  private static final List<String> COMPARED =
      List.of(
          "content-type",
          "cache-control",
          "www-authenticate",
          "allow",
          "x-content-type-options",
          "x-request-id",
          "x-key-error",
          "x-key-id",
          "x-key-owner",
          "x-key-organization",
          "x-key-scopes",
          "x-ratelimit-limit",
          "x-ratelimit-remaining",
          "ratelimit-policy",
          "ratelimit");

  /**
   * One side.
   *
   * @param anonymous a client without a credential
   * @param gateway a client with the gateway's key
   */
  record Asker(Api anonymous, Api gateway) {
    static Asker of(Api side, String gatewayKey) {
      Api told = side.header("X-Request-Id", "compared-1");
      return new Asker(told, told.withKey(gatewayKey));
    }
  }

  @Override
  public String toString() {
    return name;
  }

  static List<SidecarExchange> all() {
    UnaryOperator<KeyDraft> plain = draft -> draft.scopes("agents:read").unlimited();
    UnaryOperator<KeyDraft> limited =
        draft ->
            draft
                .scopes("agents:read", "deployments:write")
                .with(
                    "rate_limits", Map.of("requests", Map.of("per_hour", 5000, "per_day", 10_000)));
    UnaryOperator<KeyDraft> few =
        draft ->
            draft.with(
                "rate_limits", Map.of("requests", Map.of("per_day", 2), "payload_bytes", 100));
    UnaryOperator<KeyDraft> paying =
        draft -> draft.unlimited().with("credits", Map.of("balance", 2));
    UnaryOperator<KeyDraft> local =
        draft -> draft.unlimited().with("restrictions", ip("127.0.0.0/8"));
    UnaryOperator<KeyDraft> elsewhere =
        draft -> draft.unlimited().with("restrictions", ip("203.0.113.9"));
    UnaryOperator<KeyDraft> ofPage =
        draft ->
            draft
                .unlimited()
                .with("restrictions", Map.of("referrers", List.of("https://app.example.com/*")));
    UnaryOperator<KeyDraft> published =
        draft -> draft.unlimited().with("publishable", true).with("environment", "development");
    return List.of(
        authorize("a key without limits", plain, ""),
        authorize("a key with limits", limited, ""),
        authorize("a limit that is reached", few, ""),
        authorize("credits that are used up", paying, ""),
        authorize("a scope that is held", plain, "?scope=agents:read"),
        authorize("a scope that is not held", plain, "?scope=agents:write"),
        authorize("two scopes", limited, "?scope=agents:read&scope=deployments:write"),
        authorize("an expression", plain, "?scope=agents:read%20or%20agents:write"),
        authorize("an expression that can't be read", plain, "?scope=agents:read%20and"),
        authorize("an original path behind the question", plain, "?scope=agents:read&uri=/a?b=c"),
        authorize("a key for this address", local, ""),
        authorize("a key for another address", elsewhere, ""),
        new SidecarExchange(
            "a forwarded address of a peer that is not trusted",
            elsewhere,
            (side, key) -> with(side, key).header("X-Forwarded-For", "203.0.113.9").get(AUTHORIZE)),
        new SidecarExchange(
            "a page that is allowed",
            ofPage,
            (side, key) ->
                with(side, key).header("Referer", "https://app.example.com/x").get(AUTHORIZE)),
        new SidecarExchange(
            "a page that is not allowed",
            ofPage,
            (side, key) ->
                with(side, key).header("Referer", "https://evil.example.com/").get(AUTHORIZE)),
        authorize("no page", ofPage, ""),
        new SidecarExchange(
            "any method", plain, (side, key) -> with(side, key).send("DELETE", AUTHORIZE, null)),
        new SidecarExchange(
            "a bearer", plain, (side, key) -> side.anonymous().as(key.value()).get(AUTHORIZE)),
        new SidecarExchange(
            "the same key twice over",
            plain,
            (side, key) -> with(side, key).as(key.value()).get(AUTHORIZE)),
        new SidecarExchange(
            "two keys", plain, (side, key) -> with(side, key).as("another-key-1").get(AUTHORIZE)),
        new SidecarExchange(
            "a header given twice",
            plain,
            (side, key) ->
                RawRequest.of(side.anonymous().root(), "GET", AUTHORIZE)
                    .header("X-API-Key", key.value())
                    .header("X-API-Key", key.value())
                    .header("X-Request-Id", "compared-1")
                    .send()),
        new SidecarExchange(
            "another scheme",
            plain,
            (side, key) -> side.anonymous().header("Authorization", "Basic eDp5").get(AUTHORIZE)),
        new SidecarExchange("no key", plain, (side, key) -> side.anonymous().get(AUTHORIZE)),
        new SidecarExchange(
            "an unknown key",
            plain,
            (side, key) -> side.anonymous().withKey(MadeUpKey.wellFormed()).get(AUTHORIZE)),
        new SidecarExchange(
            "a mistyped key",
            plain,
            (side, key) -> side.anonymous().withKey(mistyped(key)).get(AUTHORIZE)),
        new SidecarExchange(
            "a published key in the forwarded query",
            published,
            (side, key) ->
                side.anonymous().header("X-Forwarded-Uri", PUBLISHED + key.value()).get(AUTHORIZE)),
        new SidecarExchange(
            "a secret key in the forwarded query",
            plain,
            (side, key) ->
                side.anonymous().header("X-Original-URI", PUBLISHED + key.value()).get(AUTHORIZE)),
        new SidecarExchange(
            "a path that nobody answers",
            plain,
            (side, key) -> with(side, key).get("/api/v1/authorise")),
        verify("the key alone", plain),
        verify("a key with limits", limited, "scopes", List.of("agents:read")),
        verify("a limit that is reached", few),
        verify("a payload that is too large", few, "bytes_in", 101),
        verify("credits that are used up", paying, "cost", 2),
        verify("a scope that is not held", plain, "scopes", "agents:read and agents:write"),
        verify("a malformed expression", plain, "scopes", "agents:read and"),
        verify("an environment", plain, "environment", "production"),
        verify("another environment", plain, "environment", "staging"),
        verify("no environment", plain, "environment", "nowhere"),
        verify("an address that is allowed", elsewhere, "ip", "203.0.113.9"),
        verify("the address in IPv6", elsewhere, "ip", "::ffff:203.0.113.9"),
        verify("another address", elsewhere, "ip", "203.0.113.10"),
        verify("no address", elsewhere),
        verify("no such address", plain, "ip", "203.0.113.300"),
        verify("an address with zeros", plain, "ip", "203.000.113.9"),
        verify("a referrer", ofPage, "referrer", "https://app.example.com/x"),
        verify("a malformed referrer", ofPage, "referrer", "app"),
        verify("an explanation", plain, "explain", true),
        verify("a field that is none", plain, "extra", 1),
        verify("a cost that is none", plain, "cost", -1),
        new SidecarExchange(
            "verify: unknown",
            plain,
            (side, key) ->
                side.gateway().post(Gateway.VERIFY, Map.of("key", MadeUpKey.wellFormed()))),
        new SidecarExchange(
            "verify: mistyped",
            plain,
            (side, key) -> side.gateway().post(Gateway.VERIFY, Map.of("key", mistyped(key)))),
        new SidecarExchange(
            "verify: no credential",
            plain,
            (side, key) -> side.anonymous().post(Gateway.VERIFY, Map.of("key", key.value()))),
        new SidecarExchange(
            "verify: a credential that may not",
            plain,
            (side, key) -> with(side, key).post(Gateway.VERIFY, Map.of("key", key.value()))),
        new SidecarExchange(
            "verify: another method", plain, (side, key) -> side.gateway().get(Gateway.VERIFY)),
        new SidecarExchange(
            "verify: no JSON",
            plain,
            (side, key) ->
                side.gateway()
                    .sendBytes("POST", Gateway.VERIFY, "application/json", new byte[] {'{'})),
        new SidecarExchange(
            "verify: another type",
            plain,
            (side, key) ->
                side.gateway().sendBytes("POST", Gateway.VERIFY, "text/plain", new byte[] {'x'})));
  }

  private static SidecarExchange authorize(String name, UnaryOperator<KeyDraft> key, String query) {
    return new SidecarExchange(
        name, key, (side, issued) -> with(side, issued).get(AUTHORIZE + query));
  }

  private static SidecarExchange verify(
      String name, UnaryOperator<KeyDraft> key, @Nullable Object... fields) {
    return new SidecarExchange(
        "verify: " + name,
        key,
        (side, issued) -> {
          Map<String, @Nullable Object> body = Json.object(fields);
          body.put("key", issued.value());
          return side.gateway().post(Gateway.VERIFY, body);
        });
  }

  private static Api with(Asker side, IssuedKey key) {
    return side.anonymous().withKey(key.value());
  }

  private static Map<String, Object> ip(String... allowed) {
    return Map.of("ip", Map.of("allow", Arrays.asList(allowed)));
  }

  private static String mistyped(IssuedKey key) {
    String last = key.value().endsWith("0") ? "1" : "0";
    return key.value().substring(0, key.value().length() - 1) + last;
  }

  /** What has to be the same on both sides. */
  static Map<String, String> compared(Answer answer, IssuedKey key) {
    Map<String, String> compared = new TreeMap<>();
    compared.put("status", String.valueOf(answer.status()));
    for (String header : COMPARED) {
      compared.put(header, plain(answer.header(header).orElse("none"), key));
    }
    compared.put("retry-after", answer.header("retry-after").isPresent() ? "some" : "none");
    compared.put("reset", answer.header("x-ratelimit-reset").isPresent() ? "some" : "none");
    compared.put("body", plain(body(answer.body()), key));
    return compared;
  }

  private static String plain(String text, IssuedKey key) {
    return text
        // first, since a name may begin like a key's id
        .replace(key.name(), "NAME")
        .replace(key.keyId(), "key-N")
        .replace("\"id\":" + key.id() + ",", "\"id\":N,")
        .replaceAll(";t=\\d+", ";t=T")
        .replaceAll("wait \\d+ s", "wait T s")
        .replace(";charset=UTF-8", "")
        .replace("; charset=utf-8", "");
  }

  private static String body(String text) {
    if (text.isEmpty()) {
      return text;
    }
    JsonNode json = Json.read(text);
    if (json instanceof ObjectNode object) {
      object.remove("decision_id");
      if (object.path("rate_limit") instanceof ObjectNode limit) {
        limit.put("reset_at", "T");
      }
    }
    return json.toString();
  }
}
