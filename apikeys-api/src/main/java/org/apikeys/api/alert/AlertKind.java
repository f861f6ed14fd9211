package org.apikeys.api.alert;

import java.util.Locale;

/**
 * What alerts are about. Each has a page in the guide to security monitoring that says what it
 * means and what to do.
 */
public enum AlertKind {
  KEY_IN_URL(Severity.CRITICAL, "A secret key was sent in a URL"),
  KEY_LEAKED(Severity.CRITICAL, "A key was found in public"),
  EMERGENCY_KEY(Severity.WARNING, "An emergency key is in use"),
  LIMITS_ADAPTED(Severity.WARNING, "The limits of a key were tightened"),
  AUDIT_LOG_REFUSED(Severity.CRITICAL, "The audit log does not sign any more"),
  PLUGIN_QUARANTINED(Severity.WARNING, "A plugin was quarantined"),
  WEBHOOK_UNDELIVERABLE(Severity.WARNING, "Messages to a webhook were given up"),
  SIGN_IN_LOCKED(Severity.WARNING, "A name was locked after failed sign-ins"),
  RETIRED_SECRET_USED(Severity.WARNING, "A retired secret of a key is still used"),
  FAILED_VALIDATIONS(Severity.WARNING, "Keys that do not count are tried from one source"),
  PERMISSION_VIOLATIONS(Severity.WARNING, "A key is used for what it may not do"),
  THROTTLED(Severity.INFO, "A key keeps running into its limits"),
  NEW_COUNTRY(Severity.WARNING, "A key is used from a new country"),
  NEW_NETWORK(Severity.INFO, "A key is used from a new network"),
  UNUSUAL_HOURS(Severity.INFO, "A key is used at unusual hours"),
  UNUSUAL_VOLUME(Severity.WARNING, "A key is used much more than it was"),
  MANY_KEYS_FROM_ADDRESS(Severity.WARNING, "Many keys are used from one address"),
  MANY_ADDRESSES_OF_KEY(Severity.WARNING, "One key is used from many addresses"),
  THRESHOLD(Severity.WARNING, "A threshold was passed");

  private final Severity severity;
  private final String title;

  AlertKind(Severity severity, String title) {
    this.severity = severity;
    this.title = title;
  }

  /** The word in answers and messages: {@code key_in_url}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How soon somebody should look, when nobody has said otherwise. */
  public Severity severity() {
    return severity;
  }

  /** One short line for people. */
  public String title() {
    return title;
  }
}
