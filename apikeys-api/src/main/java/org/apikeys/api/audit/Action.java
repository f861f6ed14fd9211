package org.apikeys.api.audit;

/** What the audit log names an event. */
public enum Action {
  KEY_CREATED("key.created"),
  KEY_UPDATED("key.updated"),
  KEY_ROTATED("key.rotated"),
  KEY_RENEWED("key.renewed"),
  KEY_REVOKED("key.revoked"),
  KEY_DEACTIVATED("key.deactivated"),
  KEY_REACTIVATED("key.reactivated"),
  KEY_REVEALED("key.revealed"),
  KEY_CLAIMED("key.claimed"),
  KEY_IMPORTED("key.imported"),
  KEY_EXPIRED("key.expired"),
  KEY_ARCHIVED("key.archived"),
  REQUEST_SUBMITTED("request.submitted"),
  REQUEST_APPROVED("request.approved"),
  REQUEST_REJECTED("request.rejected"),
  REQUEST_CANCELLED("request.cancelled"),
  REQUEST_COMMENTED("request.commented"),
  REQUEST_DELEGATED("request.delegated"),
  REQUEST_EXPIRED("request.expired"),
  WEBHOOK_CREATED("webhook.created"),
  WEBHOOK_UPDATED("webhook.updated"),
  WEBHOOK_DELETED("webhook.deleted"),
  CAMPAIGN_CREATED("campaign.created"),
  CAMPAIGN_UPDATED("campaign.updated"),
  CAMPAIGN_CLOSED("campaign.closed"),
  POLICY_CREATED("policy.created"),
  POLICY_UPDATED("policy.updated"),
  POLICY_DELETED("policy.deleted"),
  SESSION_CREATED("session.created"),
  SESSION_DENIED("session.denied"),
  SESSION_LOCKED("session.locked"),
  USER_CREATED("user.created"),
  USER_UPDATED("user.updated"),
  USER_DELETED("user.deleted"),
  ORGANIZATION_CREATED("organization.created"),
  ORGANIZATION_UPDATED("organization.updated"),
  PLUGIN_ENABLED("plugin.enabled"),
  PLUGIN_DISABLED("plugin.disabled"),
  PLUGIN_RELOADED("plugin.reloaded"),
  PLUGIN_QUARANTINED("plugin.quarantined"),
  PERMISSION_SET_CREATED("permission_set.created"),
  PERMISSION_SET_UPDATED("permission_set.updated"),
  PERMISSION_SET_DELETED("permission_set.deleted"),
  AUDIT_LISTED("audit.listed"),
  AUDIT_READ("audit.read"),
  AUDIT_VERIFIED("audit.verified"),
  AUDIT_EXPORTED("audit.exported"),
  AUDIT_EVIDENCED("audit.evidenced"),
  AUDIT_PURGED("audit.purged"),
  HOLD_CREATED("hold.created"),
  HOLD_DELETED("hold.deleted"),
  RETENTION_UPDATED("retention.updated"),
  SUBJECT_ERASED("subject.erased"),
  BACKUP_CREATED("backup.created"),
  BACKUP_RESTORED("backup.restored"),
  ALERT_RAISED("alert.raised"),
  ALERT_ACKNOWLEDGED("alert.acknowledged"),
  ALERT_RESOLVED("alert.resolved"),
  ALERT_REOPENED("alert.reopened"),
  ALERT_ANSWERED("alert.answered"),
  ALERT_ANSWER_UNDONE("alert.answer_undone"),
  ALERT_RULE_CREATED("alert_rule.created"),
  ALERT_RULE_UPDATED("alert_rule.updated"),
  ALERT_RULE_DELETED("alert_rule.deleted"),
  LEAK_REPORTED("leak.reported"),
  REPORT_ORDERED("report.ordered"),
  REPORT_MADE("report.made"),
  REPORT_CANCELLED("report.cancelled"),
  REPORT_DOWNLOADED("report.downloaded"),
  REPORT_SCHEDULE_CREATED("report_schedule.created"),
  REPORT_SCHEDULE_UPDATED("report_schedule.updated"),
  REPORT_SCHEDULE_DELETED("report_schedule.deleted"),
  ACCESS_DENIED("access.denied");

  private final String word;

  Action(String word) {
    this.word = word;
  }

  /** The word in a record: {@code key.created}. */
  public String word() {
    return word;
  }
}
