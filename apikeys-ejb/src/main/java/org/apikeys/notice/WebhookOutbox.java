package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apikeys.api.audit.Recorded;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** Writes messages for webhooks beside the change that they tell of. */
@ApplicationScoped
public class WebhookOutbox {
  private final Hooks hooks;

  @Inject
  public WebhookOutbox(Hooks hooks) {
    this.hooks = hooks;
  }

  @SuppressWarnings("NullAway")
  protected WebhookOutbox() {
    hooks = null;
  }

  void write(@Observes Recorded change) {
    for (Webhook webhook : hooks.active(change.organizationId())) {
      if (webhook.wants(change.action())) {
        add(webhook, change.action(), data(change), change.at());
      }
    }
  }

  WebhookDelivery add(Webhook webhook, String event, Map<String, ?> data, Instant at) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", event);
    message.put("timestamp", at.toString());
    message.put("data", data);
    String id = "msg_" + UUID.randomUUID().toString().replace("-", "");
    WebhookDelivery delivery =
        new WebhookDelivery(webhook.id(), id, event, Json.write(message), at);
    hooks.add(delivery);
    return delivery;
  }

  private static Map<String, @Nullable Object> data(Recorded change) {
    Map<String, @Nullable Object> target = new LinkedHashMap<>();
    target.put("type", change.targetType());
    target.put("id", change.targetId());
    target.put("name", change.targetName());
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("organization_id", change.organizationId());
    data.put("actor", change.actor());
    data.put("target", target);
    data.put("reason", change.reason());
    data.put("request_id", change.requestId());
    data.put("changes", change.changes());
    return data;
  }
}
