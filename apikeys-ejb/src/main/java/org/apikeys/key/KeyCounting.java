package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.apikeys.api.verify.CallsCounted;

/** Keeps the counts that lists show, in the transaction that stores the calls. */
@ApplicationScoped
class KeyCounting {
  private final ApiKeys keys;

  @Inject
  KeyCounting(ApiKeys keys) {
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  protected KeyCounting() {
    keys = null;
  }

  void onCounted(@Observes CallsCounted counted) {
    counted.counts().forEach(keys::count);
  }
}
