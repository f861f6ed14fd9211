package org.apikeys.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.setting.Settings;

/** What this node knows of the others. Whether it shares limits with them is settled at start. */
@ApplicationScoped
public class Cluster {
  private static final System.Logger LOG = System.getLogger(Cluster.class.getName());

  private final Nodes nodes;
  private final Grid grid;
  private final ChangeReader reader;
  private final Settings settings;
  private volatile boolean shared;
  private volatile int live = 1;
  private volatile boolean warned;

  @Inject
  public Cluster(Nodes nodes, Grid grid, ChangeReader reader, Settings settings) {
    this.nodes = nodes;
    this.grid = grid;
    this.reader = reader;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  protected Cluster() {
    nodes = null;
    grid = null;
    reader = null;
    settings = null;
  }

  /** Joins the others; before the first call is decided about. */
  public void join() {
    grid.join();
    shared =
        switch (settings.cluster()) {
          case ON -> true;
          case OFF -> false;
          case AUTO -> settings.databaseUrl().isPresent() && grid.isThere();
        };
    beat(0);
  }

  /** Whether limits are shared with other nodes. */
  public boolean isShared() {
    return shared;
  }

  /** How many nodes share the limits now; at least one. */
  public int nodes() {
    return live;
  }

  /**
   * Says that this node lives, and looks who else does.
   *
   * @param leases keys of which it holds a part of the limits
   */
  public void beat(long leases) {
    nodes.beat(grid.address().orElse("local"), reader.ageNanos() / 1_000_000, leases);
    List<Nodes.Node> all = nodes.all();
    live = (int) Math.max(1, all.stream().filter(node -> node.state().equals("up")).count());
    if (live > 1 && !shared && !warned) {
      warned = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "Another node uses this store, and this one counts limits for itself:"
              + " set apikeys.cluster to on, or start the data grid.");
    }
  }

  public void leave() {
    nodes.leave();
  }
}
