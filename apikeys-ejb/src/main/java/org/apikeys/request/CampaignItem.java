package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One key of a campaign: open, and then confirmed, retired, or disabled by silence; or ended, when
 * it was revoked or its life was over before anybody spoke of it.
 */
@Entity
@Table(name = "campaign_item")
@IdClass(CampaignItemId.class)
@NamedQuery(
    name = "CampaignItem.decided",
    query =
        "SELECT i.campaignId, i.status, COUNT(i) FROM CampaignItem i WHERE i.campaignId IN :ids"
            + " AND i.status <> 'open' GROUP BY i.campaignId, i.status")
@NamedQuery(
    name = "CampaignItem.open",
    query =
        "SELECT i FROM CampaignItem i WHERE i.campaignId = :campaign AND i.status = 'open'"
            + " ORDER BY i.keyId")
@NamedQuery(
    name = "CampaignItem.openByOwner",
    query =
        "SELECT k.owner, COUNT(i) FROM CampaignItem i, ApiKey k WHERE k.id = i.keyId"
            + " AND i.campaignId = :campaign AND i.status = 'open' AND k.revokedAt IS NULL"
            + " GROUP BY k.owner")
class CampaignItem {
  static final String OPEN = "open";
  static final String ENDED = "ended";

  @Id
  @Column(name = "campaign_id")
  private long campaignId;

  @Id
  @Column(name = "api_key_id")
  private long keyId;

  @Column(name = "key_name")
  private String name;

  private String owner;
  private String status = OPEN;

  @Column(name = "decided_by")
  private @Nullable String decidedBy;

  @Column(name = "decided_at")
  private @Nullable Instant decidedAt;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected CampaignItem() {}

  CampaignItem(long campaignId, long keyId, String name, String owner) {
    this.campaignId = campaignId;
    this.keyId = keyId;
    this.name = name;
    this.owner = owner;
  }

  void decide(String outcome, String by, Instant now) {
    status = outcome;
    decidedBy = by;
    decidedAt = now;
  }

  boolean isOpen() {
    return status.equals(OPEN);
  }

  long keyId() {
    return keyId;
  }

  String name() {
    return name;
  }

  String owner() {
    return owner;
  }

  String status() {
    return status;
  }

  /** As it is shown, with its present owner. */
  Campaigns.ItemView view(String presentOwner) {
    return new Campaigns.ItemView("key-" + keyId, name, presentOwner, status, decidedBy, decidedAt);
  }
}
