package org.apikeys.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Check;
import org.apikeys.key.KeyFilter;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyStatus;
import org.apikeys.key.KeyView;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Opens recertifications, and takes what owners and managers say of each key. */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_READ)
public class Campaigns {
  private static final int MOST_KEYS = 10_000;
  private static final Duration LONGEST = Duration.ofDays(366);

  /** What a key can't come back from. */
  private static final Set<String> OVER =
      Set.of(KeyStatus.REVOKED.word(), KeyStatus.ARCHIVED.word());

  private final CampaignStore campaigns;
  private final KeyReader keys;
  private final KeyKeeper keeper;
  private final Check check;
  private final AuditLog audit;
  private final Event<Notice> notices;
  private final Clock clock;

  @Inject
  public Campaigns(
      CampaignStore campaigns,
      KeyReader keys,
      KeyKeeper keeper,
      Check check,
      AuditLog audit,
      Event<Notice> notices,
      Clock clock) {
    this.campaigns = campaigns;
    this.keys = keys;
    this.keeper = keeper;
    this.check = check;
    this.audit = audit;
    this.notices = notices;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Campaigns() {
    campaigns = null;
    keys = null;
    keeper = null;
    check = null;
    audit = null;
    notices = null;
    clock = null;
  }

  /** Which keys are asked about; those that are active and fit all that is given. */
  public record Selection(
      @Nullable
          @Pattern(
              regexp = "production|staging|development",
              message = "is one of production, staging, development")
          String environment,
      @Nullable @Size(max = 50, message = "is a key type") String type,
      @Nullable @Size(max = 64, message = "is a user name") String owner,
      @Nullable @Size(max = 100, message = "is a scope") String scope,
      @Nullable @Size(max = 50, message = "is a tag") String tag) {}

  /** A campaign to be opened. */
  public record CampaignOrder(
      @NotBlank(message = "is required") @Size(max = 100, message = "has at most 100 characters")
          String name,
      @NotNull(message = "is required") Instant dueAt,
      @Nullable @Valid Selection selection) {}

  /** A campaign and how far it is: in the end, its report. */
  public record View(
      long id,
      String name,
      String status,
      @Nullable Object selection,
      Instant dueAt,
      long total,
      long open,
      long confirmed,
      long retired,
      long disabled,
      long ended,
      String createdBy,
      Instant createdAt,
      @Nullable Instant closedAt,
      @JsonIgnore long version) {}

  /** A key of a campaign. */
  public record ItemView(
      String keyId,
      String name,
      String owner,
      String status,
      @Nullable String decidedBy,
      @Nullable Instant decidedAt) {}

  /** Opens a campaign over the keys that are selected now. */
  @RolesAllowed(ManagementScope.REQUESTS_APPROVE)
  public View open(Caller caller, CampaignOrder order) {
    check.valid(order);
    Instant now = clock.instant();
    if (!order.dueAt().isAfter(now) || order.dueAt().isAfter(now.plus(LONGEST))) {
      throw ProblemException.invalid("due_at", "has to be in the future, and within a year");
    }
    if (!caller.seesWholeOrganization()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "A campaign is opened by who sees the whole organization.");
    }
    Selection selection =
        Objects.requireNonNullElse(order.selection(), new Selection(null, null, null, null, null));
    List<KeyReader.Owned> selected = selected(caller, selection);
    if (selected.isEmpty()) {
      throw ProblemException.invalid("selection", "selects no active key");
    }
    Campaign campaign =
        new Campaign(
            caller.organizationId(),
            order.name(),
            Json.write(selection),
            selected.size(),
            order.dueAt(),
            caller.name(),
            now);
    campaigns.add(campaign);
    Map<String, Long> keysOf = new TreeMap<>();
    for (KeyReader.Owned key : selected) {
      keysOf.merge(key.owner(), 1L, Long::sum);
      campaigns.add(new CampaignItem(campaign.id(), key.id(), key.name(), key.owner()));
    }
    audit.record(
        AuditEntry.of(caller, Action.CAMPAIGN_CREATED)
            .on("campaign", campaign.id(), campaign.name())
            .changing("keys", null, selected.size())
            .changing("due_at", null, campaign.dueAt())
            .changing("environment", null, selection.environment())
            .changing("type", null, selection.type())
            .changing("owner", null, selection.owner())
            .changing("scope", null, selection.scope())
            .changing("tag", null, selection.tag()));
    CampaignNews.of(campaign, "campaign.opened", "campaign.overview", keysOf)
        .forEach(notices::fire);
    campaigns.flush();
    return view(campaign);
  }

  private List<KeyReader.Owned> selected(Caller caller, Selection wanted) {
    KeyFilter filter =
        new KeyFilter(
            KeyStatus.ACTIVE,
            wanted.environment(),
            wanted.type(),
            wanted.owner(),
            wanted.scope(),
            wanted.tag(),
            null,
            KeyFilter.Sort.ID,
            false);
    List<KeyReader.Owned> selected = keys.owned(caller, filter, MOST_KEYS + 1);
    if (selected.size() > MOST_KEYS) {
      throw ProblemException.invalid(
          "selection", "selects more than " + MOST_KEYS + " keys; open several campaigns");
    }
    return selected;
  }

  public Page<View> list(Caller caller, @Nullable String status, int page, int size) {
    Page<Campaign> found = campaigns.find(caller.organizationId(), status, page, size);
    Map<Long, Map<String, Long>> decided =
        campaigns.decided(found.items().stream().map(Campaign::id).toList());
    return new Page<>(
        found.items().stream()
            .map(one -> view(one, decided.getOrDefault(one.id(), Map.of())))
            .toList(),
        found.total());
  }

  public View read(Caller caller, long id) {
    return view(visible(caller, campaigns.byId(id)));
  }

  /** The keys of a campaign that the caller sees. */
  public Page<ItemView> items(Caller caller, long id, @Nullable String status, int page, int size) {
    Page<CampaignItem> found =
        campaigns.items(
            visible(caller, campaigns.byId(id)),
            caller.seesWholeOrganization() ? null : caller.owner(),
            status,
            page,
            size);
    Map<Long, String> owners =
        keys.ownersOf(found.items().stream().map(CampaignItem::keyId).toList());
    return new Page<>(
        found.items().stream()
            .map(item -> item.view(owners.getOrDefault(item.keyId(), item.owner())))
            .toList(),
        found.total());
  }

  /** Says that a key is still needed. */
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  public ItemView confirm(Caller caller, long id, long keyId) {
    return decide(caller, id, keyId, "confirmed");
  }

  /** Says that a key is not needed any more, which ends it: as much as to revoke it. */
  @RolesAllowed(ManagementScope.REQUESTS_WRITE)
  public ItemView retire(Caller caller, long id, long keyId) {
    if (!caller.holds(ManagementScope.KEYS_WRITE)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "To retire a key revokes it, and takes the scope " + ManagementScope.KEYS_WRITE + ".");
    }
    return decide(caller, id, keyId, "retired");
  }

  private ItemView decide(Caller caller, long id, long keyId, String outcome) {
    Campaign campaign = visible(caller, campaigns.byId(id));
    Instant now = clock.instant();
    if (!campaign.isOpen(now)) {
      throw new ProblemException(ProblemType.CONFLICT, "The campaign is closed.");
    }
    CampaignItem item =
        campaigns
            .item(id, keyId)
            .orElseThrow(() -> ProblemException.notFound("key in this campaign"));
    // whoever owns the key now speaks of it, and not who owned it when the campaign was opened
    KeyView key = keeper.present(caller, keyId);
    if (!item.isOpen()) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The key is " + item.status() + " in this campaign already.");
    }
    if (OVER.contains(key.status())) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The key is " + key.status() + ", and there is nothing to be said of it any more.");
    }
    item.decide(outcome, caller.owner(), now);
    audit.record(
        AuditEntry.of(caller, Action.CAMPAIGN_UPDATED)
            .on("campaign", id, campaign.name())
            .because("key-" + keyId + " " + outcome));
    if (outcome.equals("retired")) {
      keeper.revoke(
          caller, keyId, "retired by " + caller.owner() + " in campaign " + campaign.name(), null);
    }
    campaigns.flush();
    return item.view(Objects.requireNonNull(key.configuration().owner()));
  }

  private View view(Campaign campaign) {
    return view(
        campaign, campaigns.decided(List.of(campaign.id())).getOrDefault(campaign.id(), Map.of()));
  }

  private static View view(Campaign campaign, Map<String, Long> decided) {
    return new View(
        campaign.id(),
        campaign.name(),
        campaign.status(),
        Json.read(campaign.selection(), Object.class),
        campaign.dueAt(),
        campaign.total(),
        campaign.total() - decided.values().stream().mapToLong(Long::longValue).sum(),
        decided.getOrDefault("confirmed", 0L),
        decided.getOrDefault("retired", 0L),
        decided.getOrDefault("disabled", 0L),
        decided.getOrDefault(CampaignItem.ENDED, 0L),
        campaign.createdBy(),
        campaign.createdAt(),
        campaign.closedAt(),
        campaign.version());
  }

  private static Campaign visible(Caller caller, Optional<Campaign> campaign) {
    return campaign
        .filter(found -> found.organizationId() == caller.organizationId())
        .orElseThrow(() -> ProblemException.notFound("campaign"));
  }
}
