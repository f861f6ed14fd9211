package org.apikeys.key;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.setting.Settings;
import org.apikeys.store.Leases;
import org.apikeys.store.Steps;

/**
 * Leads keys through their lives, on one node at a time: warns before the end, notes it, reminds of
 * rotations and of keys that nobody uses, and archives what is long over.
 */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class KeyLifecycle {
  private static final String LEASE = "lifecycle";
  private static final Duration LENGTH = Duration.ofSeconds(60);

  private final Leases leases;
  private final KeySteps steps;
  private final ImportedKeys imported;
  private final Settings settings;

  @Inject
  public KeyLifecycle(Leases leases, KeySteps steps, ImportedKeys imported, Settings settings) {
    this.leases = leases;
    this.steps = steps;
    this.imported = imported;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  public KeyLifecycle() {
    leases = null;
    steps = null;
    imported = null;
    settings = null;
  }

  /** Takes every step that is due, each in a transaction of its own. */
  public void run() {
    if (!leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    Steps due = new Steps(() -> leases.tryAcquire(LEASE, LENGTH));
    // the shortest first: one warning tells of the nearest threshold, and stands for the others
    List<Integer> days = settings.expiryWarningDays();
    for (int i = days.size() - 1; i >= 0; i--) {
      int within = days.get(i);
      due.each(steps.toWarn(within), id -> steps.warn(id, within));
    }
    due.each(steps.ended(), steps::noteEnd);
    due.each(steps.toRotate(), steps::remindOfRotation);
    due.each(steps.holdersOfUnused(), steps::askAboutUse);
    due.each(steps.toArchive(), steps::archive);
    imported.tidy();
    due.end();
  }
}
