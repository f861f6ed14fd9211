package org.apikeys.store;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import org.apikeys.setting.Settings;

/** The one clock of the server: UTC, shifted only for a rehearsal. */
@Dependent
class ServerClock {

  @Produces
  Clock clock(Settings settings) {
    return Clock.offset(Clock.systemUTC(), settings.clockOffset());
  }
}
