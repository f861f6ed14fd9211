package org.apikeys.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apikeys.audit.Retention;
import org.apikeys.setting.Settings;

/** Says which sums are kept, by the retention of calls and the settings. */
@ApplicationScoped
class SumKeeping {
  private final Retention retention;
  private final Settings settings;

  @Inject
  SumKeeping(Retention retention, Settings settings) {
    this.retention = retention;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  protected SumKeeping() {
    retention = null;
    settings = null;
  }

  KeptSums at(Instant now) {
    Instant days = now.atOffset(ZoneOffset.UTC).minus(settings.usageDaysKept()).toInstant();
    return KeptSums.at(now, retention.cutoff(Retention.USAGE), days);
  }
}
