package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Keeps the log signed, and says when that is refused. */
@ApplicationScoped
public class LogKeeper {
  private static final System.Logger LOG = System.getLogger(LogKeeper.class.getName());
  private static final int MOST_BATCHES = 100;
  private static final long PAUSE_NANOS = 5_000_000_000L;

  private final Denials denials;
  private final Sequencer sequencer;
  private final LogGrowth growth;
  private final LogHealth health;
  private volatile long refusedAt;

  @Inject
  public LogKeeper(Denials denials, Sequencer sequencer, LogGrowth growth, LogHealth health) {
    this.denials = denials;
    this.sequencer = sequencer;
    this.growth = growth;
    this.health = health;
  }

  @SuppressWarnings("NullAway")
  protected LogKeeper() {
    denials = null;
    sequencer = null;
    growth = null;
    health = null;
  }

  /** Numbers and signs all that waits. */
  public void advance() {
    boolean done = false;
    try {
      number();
      sign();
      done = true;
    } finally {
      health.goesOn(done);
    }
  }

  private void number() {
    boolean more = true;
    for (int i = 0; more && i < MOST_BATCHES; i++) {
      more = sequencer.sequence();
    }
  }

  private void sign() {
    if (health.trouble().isPresent() && System.nanoTime() - refusedAt < PAUSE_NANOS) {
      return;
    }
    try {
      boolean more = true;
      for (int i = 0; more && i < MOST_BATCHES; i++) {
        more = growth.advance();
      }
    } catch (DamagedLogException e) {
      refusedAt = System.nanoTime();
      health.refused(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      leaveToOthers(e);
      throw e;
    }
  }

  /** What keeps this node from signing, such as a full disk of its own, may keep no other. */
  private void leaveToOthers(RuntimeException why) {
    health.goesOn(false);
    try {
      sequencer.letGo();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  /**
   * Whoever looks at the log sees what was committed before, not only what a timer came to; what
   * can't be signed just now is seen all the same.
   */
  public void catchUp() {
    denials.flush();
    number();
    try {
      sign();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "not signed for a reader; the timer says why", e);
    }
  }
}
