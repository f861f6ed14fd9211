package org.apikeys.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apikeys.audit.Retention;
import org.apikeys.setting.Settings;
import org.apikeys.tenant.Tenants;

/** Says which sums are kept, by the retention of calls, the settings and what there ever was. */
@ApplicationScoped
class SumKeeping {
  private final Retention retention;
  private final Settings settings;
  private final Tenants tenants;

  @Inject
  SumKeeping(Retention retention, Settings settings, Tenants tenants) {
    this.retention = retention;
    this.settings = settings;
    this.tenants = tenants;
  }

  @SuppressWarnings("NullAway")
  protected SumKeeping() {
    retention = null;
    settings = null;
    tenants = null;
  }

  /** Those that can be asked for. */
  KeptSums known(Instant now) {
    KeptSums kept = at(now);
    return tenants.begunBySystem().map(kept::of).orElse(kept);
  }

  /** Those that are not deleted. */
  KeptSums at(Instant now) {
    Instant days = now.atOffset(ZoneOffset.UTC).minus(settings.usageDaysKept()).toInstant();
    return KeptSums.at(now, retention.cutoff(Retention.USAGE), days);
  }
}
