package org.apikeys.plugins.example;

import org.apikeys.api.plugin.PermissionPlugin;
import org.apikeys.plugins.testing.PermissionPluginContract;

class ExamplePluginTest implements PermissionPluginContract {
  @Override
  public PermissionPlugin testee() {
    return new ExamplePlugin();
  }
}
