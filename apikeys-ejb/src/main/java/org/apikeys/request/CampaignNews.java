package org.apikeys.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.notice.Notice;

/** Tells people what becomes of a campaign. */
final class CampaignNews {
  static final Set<String> MANAGERS = Set.of("manager");

  private CampaignNews() {}

  /**
   * What owners and managers are told of a campaign.
   *
   * @param event for owners: each hears of their own keys
   * @param overview for managers: they hear of all keys
   * @param keysOf how many keys are of each owner
   */
  static List<Notice> of(
      Campaign campaign, String event, String overview, Map<String, Long> keysOf) {
    List<Notice> all = new ArrayList<>();
    keysOf.forEach(
        (owner, keys) ->
            all.add(notice(campaign, event, Set.of(owner), Set.of(), Map.of("count", "" + keys))));
    long total = keysOf.values().stream().mapToLong(Long::longValue).sum();
    all.add(notice(campaign, overview, Set.of(), MANAGERS, Map.of("count", "" + total)));
    return all;
  }

  static Notice notice(
      Campaign campaign,
      String event,
      Set<String> people,
      Set<String> roles,
      Map<String, String> more) {
    Map<String, String> facts = new TreeMap<>(more);
    facts.put("name", campaign.name());
    facts.put("due_at", campaign.dueAt().toString());
    return new Notice(
        campaign.organizationId(),
        event,
        people,
        roles,
        null,
        facts,
        "/api/v1/campaigns/" + campaign.id());
  }
}
