package org.apikeys.store;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.ZoneOffset;
import org.apikeys.setting.Settings;

/** The one clock of the server: UTC, shifted only for a rehearsal. */
@Dependent
class ServerClock {

  @Produces
  Clock clock(Settings settings) {
    // to the millisecond, as instants rest
    return Clock.offset(Clock.tickMillis(ZoneOffset.UTC), settings.clockOffset());
  }
}
