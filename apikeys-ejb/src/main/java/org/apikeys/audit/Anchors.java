package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.setting.Settings;
import org.apikeys.store.Leases;
import org.jspecify.annotations.Nullable;

/**
 * Puts checkpoints to the places outside that the settings name, and remembers what lies there: a
 * log that is shorter than its anchor, or another one, is not signed.
 */
@ApplicationScoped
public class Anchors {
  private static final System.Logger LOG = System.getLogger(Anchors.class.getName());

  /** Who numbers and signs also anchors. */
  private static final String LEASE = "audit-sequencer";

  private static final Duration LEASE_LENGTH = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final CheckpointMemory memory;
  private final LogHealth health;
  private final Leases leases;
  private final Clock clock;
  private final Duration every;
  private final List<Place> places = new ArrayList<>();
  private boolean read;
  private @Nullable String unchecked;

  @Inject
  public Anchors(
      Settings settings, CheckpointMemory memory, LogHealth health, Leases leases, Clock clock) {
    this.memory = memory;
    this.health = health;
    this.leases = leases;
    this.clock = clock;
    every = settings.anchorEvery();
    settings.anchorFile().ifPresent(file -> places.add(new Place(new FileAnchor(file))));
    settings
        .anchorSyslog()
        .ifPresent(
            server ->
                places.add(
                    new Place(
                        new SyslogAnchor(
                            server, (SSLSocketFactory) SSLSocketFactory.getDefault()))));
    settings.anchorWebhook().ifPresent(uri -> places.add(new Place(new WebhookAnchor(uri))));
  }

  @SuppressWarnings("NullAway")
  protected Anchors() {
    memory = null;
    health = null;
    leases = null;
    clock = null;
    every = null;
  }

  /** A place, and how far it has come. */
  private static final class Place {
    private final Anchor anchor;
    private long size;
    private Instant next = Instant.MIN;
    private boolean failing;

    Place(Anchor anchor) {
      this.anchor = anchor;
    }

    /** Says once that it takes nothing, and once that it does again. */
    void tell(@Nullable IOException failure) {
      if (failing != (failure != null)) {
        failing = failure != null;
        LOG.log(
            failing ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
            failing
                ? "The anchor {0} takes no checkpoints ({1}); it is tried again."
                : "The anchor {0} takes checkpoints again.",
            anchor.name(),
            failure);
      }
    }
  }

  /** What lay in a place outside when this node started, until the log was compared with it. */
  synchronized Optional<String> unchecked() {
    if (!read) {
      for (Place place : places) {
        try {
          unchecked = place.anchor.last().orElse(unchecked);
        } catch (IOException | IllegalStateException e) {
          throw new DamagedLogException(
              "the anchor " + place.anchor.name() + " can't be read: " + e.getMessage());
        }
      }
      read = true;
    }
    return Optional.ofNullable(unchecked);
  }

  /** The log has what the anchor has. */
  synchronized void checked() {
    unchecked = null;
  }

  /** Puts the last checkpoint to every place whose turn it is. */
  public void put() {
    if (places.isEmpty() || unchecked().isPresent() || health.trouble().isPresent()) {
      return;
    }
    Optional<String> note = memory.last();
    if (note.isEmpty() || !leases.tryAcquire(LEASE, LEASE_LENGTH)) {
      return;
    }
    Checkpoint last = Checkpoint.parse(SignedNote.parse(note.get()).text());
    if (last.size() != health.signedSize()) {
      // this node is about to sign: what it remembers is from an earlier turn
      return;
    }
    for (Place place : places) {
      put(place, last, note.get());
    }
  }

  private void put(Place place, Checkpoint last, String note) {
    Instant now = clock.instant();
    if (last.size() == place.size || now.isBefore(place.next)) {
      return;
    }
    try {
      place.anchor.put(last, note, now);
      place.size = last.size();
      place.next = now.plus(every);
      place.tell(null);
    } catch (IOException e) {
      place.next = now.plus(RETRY.compareTo(every) < 0 ? RETRY : every);
      place.tell(e);
    }
  }
}
