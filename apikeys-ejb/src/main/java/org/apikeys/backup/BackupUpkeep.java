package org.apikeys.backup;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import org.apikeys.store.Upkeep;

@Dependent
class BackupUpkeep implements Upkeep {
  private final Backups backups;

  @Inject
  BackupUpkeep(Backups backups) {
    this.backups = backups;
  }

  /** A store that came out of a backup says so in its log before anything is done with it. */
  @Override
  public void check() {
    backups.recordRestored();
  }
}
