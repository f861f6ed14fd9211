package org.apikeys.web.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The wanted fields of a key; its name is unique unless one is set. */
public final class KeyDraft {
  private static final String KEYS = "/api/v1/api-keys";

  private final Tenant tenant;
  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  KeyDraft(Tenant tenant) {
    this.tenant = tenant;
    fields.put("name", Unique.name("key"));
  }

  /** With the field, as it stands in JSON. */
  public KeyDraft with(String field, @Nullable Object value) {
    fields.put(field, value);
    return this;
  }

  public KeyDraft scopes(String... scopes) {
    return with("scopes", List.of(scopes));
  }

  /** With a limit in calls a minute. */
  public KeyDraft perMinute(int limit) {
    return with("rate_limit", limit);
  }

  /** Without any limit. */
  public KeyDraft unlimited() {
    return with("rate_limits", Map.of("unlimited", true));
  }

  /** The body of the request. */
  public Map<String, @Nullable Object> body() {
    return fields;
  }

  /** Sends it as the organization's administrator. */
  public Answer send() {
    return sendBy(tenant.admin());
  }

  public Answer sendBy(Api caller) {
    return caller.post(KEYS, fields);
  }

  /** Has it issued by the organization's administrator. */
  public IssuedKey issue() {
    return issueBy(tenant.admin());
  }

  public IssuedKey issueBy(Api caller) {
    return IssuedKey.of(sendBy(caller));
  }
}
