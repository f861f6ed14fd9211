package org.apikeys.request;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyStatus;

/** What time does to campaigns; each step is a transaction. */
@Stateless
@PermitAll
public class CampaignSteps {
  private static final int BATCH = 50;
  private static final Set<KeyStatus> LIVING = EnumSet.of(KeyStatus.ACTIVE, KeyStatus.INACTIVE);

  private final CampaignStore campaigns;
  private final KeyReader keys;
  private final KeyKeeper keeper;
  private final AuditLog audit;
  private final Event<Notice> notices;
  private final Clock clock;

  @Inject
  public CampaignSteps(
      CampaignStore campaigns,
      KeyReader keys,
      KeyKeeper keeper,
      AuditLog audit,
      Event<Notice> notices,
      Clock clock) {
    this.campaigns = campaigns;
    this.keys = keys;
    this.keeper = keeper;
    this.audit = audit;
    this.notices = notices;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public CampaignSteps() {
    campaigns = null;
    keys = null;
    keeper = null;
    audit = null;
    notices = null;
    clock = null;
  }

  public List<Long> toRemind() {
    return campaigns.toRemind(clock.instant());
  }

  /** Reminds the owners of keys that nobody has spoken of. */
  public void remind(long id) {
    Campaign campaign = campaigns.toChange(id).orElse(null);
    if (campaign == null || campaign.remindAt() == null) {
      return;
    }
    campaign.reminded();
    Map<String, Long> open = campaigns.openByOwner(id);
    if (!open.isEmpty()) {
      CampaignNews.of(campaign, "campaign.reminder", "campaign.unconfirmed", open)
          .forEach(notices::fire);
    }
  }

  public List<Long> overdue() {
    return campaigns.overdue(clock.instant());
  }

  /** Disables some keys that nobody confirmed; closes the campaign after the last. */
  public boolean disableSome(long id) {
    Campaign campaign = campaigns.toChange(id).orElse(null);
    Instant now = clock.instant();
    if (campaign == null || campaign.isClosed() || campaign.isOpen(now)) {
      return false;
    }
    List<CampaignItem> open = campaigns.open(id, BATCH);
    Map<Long, String> owners = keys.ownersOf(open.stream().map(CampaignItem::keyId).toList());
    Map<String, List<String>> stopped = new TreeMap<>();
    for (CampaignItem item : open) {
      KeyStatus was = keeper.disableUnlessEnded(item.keyId());
      // what has ended by itself, or by its owner, was not disabled by anybody
      item.decide(LIVING.contains(was) ? "disabled" : CampaignItem.ENDED, "system", now);
      if (was == KeyStatus.ACTIVE) {
        String owner = owners.getOrDefault(item.keyId(), item.owner());
        stopped.computeIfAbsent(owner, any -> new ArrayList<>()).add("key-" + item.keyId());
      }
    }
    stopped.forEach(
        (owner, ids) ->
            notices.fire(
                CampaignNews.notice(
                    campaign,
                    "campaign.disabled",
                    Set.of(owner),
                    Set.of(),
                    Map.of("keys", String.join(", ", ids)))));
    campaigns.flush();
    if (open.size() == BATCH) {
      return true;
    }
    campaign.close(now);
    Map<String, Long> counts = campaigns.decided(List.of(id)).getOrDefault(id, Map.of());
    Caller system = Caller.systemIn(campaign.organizationId());
    audit.record(
        AuditEntry.of(system, Action.CAMPAIGN_CLOSED)
            .on("campaign", id, campaign.name())
            .changing("disabled", null, counts.getOrDefault("disabled", 0L))
            .changing("ended", null, counts.getOrDefault(CampaignItem.ENDED, 0L)));
    notices.fire(
        CampaignNews.notice(
            campaign,
            "campaign.closed",
            Set.of(campaign.createdBy()),
            CampaignNews.MANAGERS,
            Map.of(
                "confirmed", "" + counts.getOrDefault("confirmed", 0L),
                "retired", "" + counts.getOrDefault("retired", 0L),
                "disabled", "" + counts.getOrDefault("disabled", 0L),
                "ended", "" + counts.getOrDefault(CampaignItem.ENDED, 0L))));
    return false;
  }
}
