package org.apikeys.report;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import org.apikeys.setting.Settings;
import org.apikeys.store.Upkeep;

/** Refuses price lists and controls that an operator has written wrongly. */
@Dependent
class ReportUpkeep implements Upkeep {
  private final Settings settings;

  @Inject
  ReportUpkeep(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void check() {
    PriceList.of(settings);
    Frameworks.of(settings);
  }
}
