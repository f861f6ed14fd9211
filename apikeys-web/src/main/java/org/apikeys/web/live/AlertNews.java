package org.apikeys.web.live;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apikeys.alert.LiveAlerts;
import org.apikeys.alert.LiveAlerts.Raised;
import org.apikeys.store.Json;
import org.apikeys.web.live.LiveListener.Message;
import org.jspecify.annotations.Nullable;

/**
 * What alerts were raised since the last look, by whatever node. They are read from the store and
 * not heard of, so that every node tells the same, once. A number that was drawn earlier may be
 * committed later: some are looked at again.
 */
@ApplicationScoped
class AlertNews {
  private static final int LOOKED_AT_AGAIN = 100;
  private static final int MOST = 500;

  private final LiveAlerts alerts;
  private Set<Long> told = new HashSet<>();
  private long place;

  @Inject
  AlertNews(LiveAlerts alerts) {
    this.alerts = alerts;
  }

  @SuppressWarnings("NullAway")
  protected AlertNews() {
    alerts = null;
  }

  /** An alert and how it is shown. */
  record News(Raised alert, Message message) {}

  /**
   * What is new.
   *
   * @param first nobody has watched until now: what is there already is not new
   */
  synchronized List<News> look(boolean first) {
    if (first) {
      place = alerts.newestBySystem();
      told = new HashSet<>();
    }
    List<News> news = new ArrayList<>();
    long from = Math.max(0, place - LOOKED_AT_AGAIN);
    for (Raised alert : alerts.afterBySystem(from, MOST)) {
      if (told.add(alert.id()) && !first) {
        news.add(new News(alert, message(alert)));
      }
      place = Math.max(place, alert.id());
    }
    told.removeIf(id -> id <= from);
    return news;
  }

  private static Message message(Raised alert) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("id", alert.id());
    shown.put("kind", alert.kind());
    shown.put("severity", alert.severity());
    shown.put("title", alert.title());
    shown.put("detail", alert.detail());
    shown.put("key_id", alert.keyId() == null ? null : "key-" + alert.keyId());
    shown.put("at", alert.at());
    return new Message("alert", Json.write(shown));
  }
}
