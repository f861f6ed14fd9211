package org.apikeys.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What this system can show for a control, and how anyone can look at it again. */
enum Evidence {
  KEYS_IN_FORCE("Keys that can be used now", "GET /api/v1/api-keys?status=active"),
  KEYS_WITH_END("Keys that can be used now and will expire", "GET /api/v1/api-keys?status=active"),
  KEYS_UNUSED(
      "Keys that can be used now and were not used for 90 days",
      "GET /api/v1/reports/access-review"),
  KEYS_ISSUED("Keys issued", "key.created", "key.imported"),
  KEYS_CHANGED("Changes of keys", "key.updated", "key.renewed"),
  KEYS_ENDED(
      "Keys revoked, deactivated or expired", "key.revoked", "key.deactivated", "key.expired"),
  ROTATIONS("Secrets rotated", "key.rotated"),
  REVEALS("Publishable keys revealed again", "key.revealed"),
  RESTRICTED_SECRETS("Secrets at rest, as hashes alone", "GET /api/v1/api-keys/{id}/generations"),
  APPROVALS(
      "Requests approved or rejected by somebody else", "request.approved", "request.rejected"),
  ATTESTATIONS("Keys that were attested or retired in campaigns", "GET /api/v1/campaigns"),
  PEOPLE("People who can sign in", "GET /api/v1/users"),
  PEOPLE_CHANGED(
      "Changes of people and their roles", "user.created", "user.updated", "user.deleted"),
  POLICY_CHANGES(
      "Changes of policies and permission sets",
      "policy.created",
      "policy.updated",
      "policy.deleted",
      "permission_set.created",
      "permission_set.updated",
      "permission_set.deleted"),
  PLUGIN_CHANGES(
      "Plugins enabled, disabled or reloaded",
      "plugin.enabled",
      "plugin.disabled",
      "plugin.reloaded",
      "plugin.quarantined"),
  SIGN_INS_DENIED("Sign-ins denied", "session.denied"),
  NAMES_LOCKED("Names locked after failed sign-ins", "session.locked"),
  DENIALS("Denied calls that were recorded", "access.denied"),
  CALLS("Calls counted", "GET /api/v1/analytics/usage"),
  ALERTS_RAISED("Alerts raised", "alert.raised"),
  ALERTS_RESOLVED("Alerts acknowledged or resolved", "alert.acknowledged", "alert.resolved"),
  LEAKS("Keys reported as leaked", "leak.reported"),
  AUDIT_RECORDS("Records in the signed audit log", "GET /api/v1/audit/events"),
  AUDIT_READS("Looks into the audit log", "audit.listed", "audit.read", "audit.verified"),
  EXPORTS("Exports and evidence packs", "audit.exported", "audit.evidenced"),
  RETENTION("Retention by class of data", "GET /api/v1/audit/retention"),
  HOLDS("Legal holds in force", "GET /api/v1/audit/holds"),
  ERASURES("People erased from the log", "subject.erased"),
  PURGES("Purges by two people", "audit.purged");

  private static final String BY_ACTION = "GET /api/v1/audit/events?action=";

  private final String title;
  private final String query;

  Evidence(String title, String queryOrAction, String... more) {
    this.title = title;
    query =
        queryOrAction.startsWith("GET ")
            ? queryOrAction
            : BY_ACTION
                + String.join(
                    ",", Stream.concat(Stream.of(queryOrAction), Stream.of(more)).toList());
  }

  static Evidence of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  /** The call that shows it. */
  String query() {
    return query;
  }

  /** The actions in the audit log that it counts; empty when it is counted otherwise. */
  List<String> actions() {
    return query.startsWith(BY_ACTION)
        ? List.of(query.substring(BY_ACTION.length()).split(",", -1))
        : List.of();
  }
}
