package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.setting.Settings;
import org.apikeys.start.Work;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the store is there: the change feed is read four times a second. */
@Readiness
@ApplicationScoped
public class StoreReadiness implements HealthCheck {
  private static final long LATE_MILLIS = 3_000;

  private final Work work;
  private final ChangeReader feed;
  private final Settings settings;

  @Inject
  public StoreReadiness(Work work, ChangeReader feed, Settings settings) {
    this.work = work;
    this.feed = feed;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  protected StoreReadiness() {
    work = null;
    feed = null;
    settings = null;
  }

  @Override
  public HealthCheckResponse call() {
    boolean started = work.isStarted();
    long age = feed.ageNanos() / 1_000_000;
    return HealthCheckResponse.named("store")
        .status(work.takesCalls() && age < LATE_MILLIS)
        .withData("store", settings.databaseUrl().isPresent() ? "postgresql" : "derby")
        .withData("started", started)
        .withData("stopping", started && !work.takesCalls())
        .withData("last_read_millis_ago", age)
        .withData("clock_offset", settings.clockOffset().toString())
        .build();
  }
}
