package org.apikeys.backup;

/** A backup that is not restored, and why, for people. */
final class BackupRefused extends IllegalStateException {
  BackupRefused(String why) {
    super(why);
  }

  BackupRefused(String why, Throwable cause) {
    super(why, cause);
  }
}
