package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest alerts of all organizations, for those who watch live: whatever node raised them, they
 * are in the store.
 */
@Stateless
@PermitAll
public class LiveAlerts {
  private final AlertStore alerts;

  @Inject
  public LiveAlerts(AlertStore alerts) {
    this.alerts = alerts;
  }

  @SuppressWarnings("NullAway")
  public LiveAlerts() {
    alerts = null;
  }

  /**
   * An alert when it was raised.
   *
   * @param keyId of the key that it is about
   */
  public record Raised(
      long id,
      long organizationId,
      String kind,
      String severity,
      String title,
      String detail,
      @Nullable Long keyId,
      Instant at) {}

  /** The highest number of all alerts; 0 when there is none. */
  public long newestBySystem() {
    return alerts.newest();
  }

  /** The alerts with a higher number, the oldest first. */
  public List<Raised> afterBySystem(long id, int most) {
    return alerts.after(id, most).stream()
        .map(
            alert ->
                new Raised(
                    alert.id(),
                    alert.organizationId(),
                    alert.kind().word(),
                    alert.severity().word(),
                    alert.title(),
                    alert.detail(),
                    alert.keyId(),
                    alert.firstSeen()))
        .toList();
  }
}
