package org.apikeys.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.key.IssuedKey;
import org.apikeys.setting.Settings;

/** Fills an empty store with something to look at, when a setting asks for it. */
@ApplicationScoped
public class Demo {
  /** The password of everyone in the demo, when the administrator's is not chosen. */
  private static final String PASSWORD = "demo-only-change-me";

  private final DemoPeople people;
  private final DemoKeys keys;
  private final DemoTraffic traffic;
  private final DemoRequests requests;
  private final Settings settings;

  @Inject
  public Demo(
      DemoPeople people,
      DemoKeys keys,
      DemoTraffic traffic,
      DemoRequests requests,
      Settings settings) {
    this.people = people;
    this.keys = keys;
    this.traffic = traffic;
    this.requests = requests;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  protected Demo() {
    people = null;
    keys = null;
    traffic = null;
    requests = null;
    settings = null;
  }

  /** People of each role, keys of several types, some calls, and requests that wait. */
  public void fill() {
    people.add(settings.adminPassword().orElse(PASSWORD));
    List<IssuedKey> issued = keys.issue();
    traffic.make(issued);
    keys.age(issued);
    requests.ask();
    System.getLogger(Demo.class.getName())
        .log(
            System.Logger.Level.INFO,
            "The store is filled with a demo: people {0}, {1} keys, some calls and two requests.",
            DemoPeople.NAMES,
            issued.size());
  }
}
