package org.apikeys.setting;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;

@Dependent
class SettingsProducer {

  @Produces
  Settings settings() {
    return Settings.current();
  }
}
