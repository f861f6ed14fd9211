package org.apikeys.configuration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.cluster.Topic;
import org.apikeys.api.tenant.Caller;

/** The configuration for administrators: when a call returns, this node has followed. */
@ApplicationScoped
public class Configurations {
  private final ConfigurationStore store;
  private final Event<Heard> heard;

  @Inject
  public Configurations(ConfigurationStore store, Event<Heard> heard) {
    this.store = store;
    this.heard = heard;
  }

  @SuppressWarnings("NullAway")
  protected Configurations() {
    store = null;
    heard = null;
  }

  /** The configuration of the caller's organization. */
  public ConfigurationDocument read(Caller caller) {
    return store.read(caller);
  }

  /** What a restore would do, part by part; changes nothing. */
  public List<Restored> compare(Caller caller, ConfigurationDocument wanted) {
    return store.compare(caller, wanted);
  }

  /** Makes everything as the document says, or changes nothing. What it does not name stays. */
  public List<Restored> restore(Caller caller, ConfigurationDocument wanted) {
    ConfigurationStore.requireGood(store.compare(caller, wanted));
    List<Restored> restored = store.restore(caller, wanted);
    // once it is committed, since what hears of it reads the store
    heard.fire(new Heard(Topic.PERMISSIONS, 0));
    return restored;
  }
}
