package org.apikeys.alert;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.limit.LimitsAdapted;
import org.apikeys.key.KeySafety;

/** Tells that the limits of a key were tightened by a rule. */
@ApplicationScoped
public class LimitNews {
  private final KeySafety keys;
  private final Event<Concern> concerns;

  @Inject
  public LimitNews(KeySafety keys, Event<Concern> concerns) {
    this.keys = keys;
    this.concerns = concerns;
  }

  @SuppressWarnings("NullAway")
  protected LimitNews() {
    keys = null;
    concerns = null;
  }

  void onAdapted(@Observes LimitsAdapted adapted) {
    if (adapted.isTightened()) {
      keys.holder(adapted.keyId())
          .ifPresent(
              holder ->
                  concerns.fire(
                      Concern.aboutKey(
                          holder.organizationId(),
                          AlertKind.LIMITS_ADAPTED,
                          adapted.keyId(),
                          "Of the limits of key-"
                              + adapted.keyId()
                              + " \""
                              + holder.name()
                              + "\" "
                              + adapted.percent()
                              + " % count for now, since its "
                              + adapted.reason().replace('_', ' ')
                              + " is unusual.")));
    }
  }
}
