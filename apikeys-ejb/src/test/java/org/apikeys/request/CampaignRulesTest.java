package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.apikeys.request.SomeRequests.NOON;
import static org.apikeys.store.Expect.invalid;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apikeys.api.audit.Action;
import org.apikeys.api.notice.Notice;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.audit.RecordedOnly;
import org.apikeys.check.Check;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyFilter;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyStatus;
import org.apikeys.key.KeyView;
import org.apikeys.key.Orders;
import org.apikeys.store.Page;
import org.apikeys.store.TestClock;
import org.apikeys.store.Told;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A recertification from its opening to its report, without a store. */
class CampaignRulesTest {
  private static final long ID = 0;
  private static final Instant DUE = NOON.plus(Duration.ofDays(14));

  private final TestClock clock = new TestClock(NOON);
  private final Kept kept = new Kept();
  private final Keys keys = new Keys();
  private final Keeper keeper = new Keeper();
  private final List<Notice> notices = new ArrayList<>();
  private final List<AuditEntry> recorded = new ArrayList<>();
  private final AuditLog audit = new RecordedOnly(recorded);
  private final Campaigns campaigns =
      new Campaigns(kept, keys, keeper, new Anything(), audit, Told.to(notices::add), clock);
  private final CampaignSteps steps =
      new CampaignSteps(kept, keys, keeper, audit, Told.to(notices::add), clock);

  /** Bean Validation has its own tests. */
  private static final class Anything extends Check {
    @Override
    public <T> T valid(T value) {
      return value;
    }
  }

  /** One campaign. */
  private static final class Kept extends CampaignStore {
    private @Nullable Campaign campaign;
    private final List<CampaignItem> items = new ArrayList<>();
    private int flushed;

    @Override
    void add(Campaign added) {
      campaign = added;
    }

    @Override
    void add(CampaignItem item) {
      items.add(item);
    }

    @Override
    void flush() {
      flushed++;
    }

    @Override
    Optional<Campaign> byId(long id) {
      return id == ID ? Optional.ofNullable(campaign) : Optional.empty();
    }

    @Override
    Optional<Campaign> toChange(long id) {
      return byId(id);
    }

    @Override
    Optional<CampaignItem> item(long campaignId, long keyId) {
      return items.stream().filter(item -> item.keyId() == keyId).findFirst();
    }

    @Override
    List<CampaignItem> open(long campaignId, int most) {
      return items.stream().filter(CampaignItem::isOpen).limit(most).toList();
    }

    @Override
    Map<String, Long> openByOwner(long campaignId) {
      return items.stream()
          .filter(CampaignItem::isOpen)
          .collect(Collectors.groupingBy(CampaignItem::owner, TreeMap::new, Collectors.counting()));
    }

    @Override
    Map<Long, Map<String, Long>> decided(Collection<Long> ids) {
      return Map.of(
          ID,
          items.stream()
              .filter(item -> !item.isOpen())
              .collect(Collectors.groupingBy(CampaignItem::status, Collectors.counting())));
    }

    @Override
    Page<Campaign> find(long organizationId, @Nullable String status, int page, int size) {
      return new Page<>(byId(ID).stream().toList(), byId(ID).stream().count());
    }

    @Override
    Page<CampaignItem> items(
        Campaign of, @Nullable String owner, @Nullable String status, int page, int size) {
      List<CampaignItem> seen =
          items.stream().filter(one -> owner == null || one.owner().equals(owner)).toList();
      return new Page<>(seen, seen.size());
    }
  }

  /** So many keys, owned in turn. */
  private static final class Keys extends KeyReader {
    private final List<KeyView> all = new ArrayList<>();
    private @Nullable KeyFilter asked;

    void add(int count, String owner) {
      for (int i = 0; i < count; i++) {
        long id = all.size() + 1L;
        KeyConfiguration key =
            Orders.from("{\"name\": \"key " + id + "\", \"owner\": \"" + owner + "\"}");
        all.add(
            new KeyView(
                id,
                "key-" + id,
                "k",
                1,
                key,
                true,
                "active",
                1,
                true,
                null,
                null,
                owner,
                NOON,
                NOON,
                null,
                null,
                0,
                0,
                0));
      }
    }

    @Override
    public Map<Long, String> ownersOf(Collection<Long> ids) {
      return all.stream()
          .filter(key -> ids.contains(key.id()))
          .collect(
              Collectors.toMap(
                  KeyView::id, key -> Objects.requireNonNull(key.configuration().owner())));
    }

    @Override
    public List<Owned> owned(Caller caller, KeyFilter filter, int most) {
      asked = filter;
      return all.stream()
          .limit(most)
          .map(
              key ->
                  new Owned(
                      key.id(),
                      key.configuration().name(),
                      Objects.requireNonNull(key.configuration().owner())))
          .toList();
    }
  }

  /** What became of keys. */
  private final class Keeper extends KeyKeeper {
    private final List<String> done = new ArrayList<>();

    @Override
    public KeyView present(Caller caller, long id) {
      return keys.all.stream()
          .filter(key -> key.id() == id)
          .filter(
              key ->
                  caller.seesWholeOrganization()
                      || caller.owner().equals(key.configuration().owner()))
          .findFirst()
          .orElseThrow(() -> ProblemException.notFound("API key"));
    }

    @Override
    public KeyView revoke(
        Caller caller, long id, @Nullable String reason, @Nullable Expected expected) {
      done.add("revoked " + id + " by " + caller.name() + ": " + reason);
      return present(caller, id);
    }

    @Override
    public KeyStatus disableUnlessEnded(long id) {
      done.add("disabled " + id);
      return KeyStatus.ACTIVE;
    }
  }

  private Campaigns.View open(Caller caller, Instant due) {
    return campaigns.open(
        caller,
        new Campaigns.CampaignOrder(
            "spring", due, new Campaigns.Selection("production", "service", "dora", "a:b", "t")));
  }

  @Test
  void isOpenedOverWhatIsSelectedNow() {
    keys.add(2, "dora");
    keys.add(1, "eve");
    Campaigns.View opened = open(MAX, DUE);

    assertThat(List.of(opened.total(), opened.open())).containsExactly(3L, 3L);
    assertThat(opened.name()).isEqualTo("spring");
    assertThat(opened.status()).isEqualTo("open");
    assertThat(opened.createdBy()).isEqualTo("max");
    assertThat(opened.dueAt()).isEqualTo(DUE);
    assertThat(String.valueOf(opened.selection())).contains("production", "service", "a:b");
    KeyFilter asked = Objects.requireNonNull(keys.asked);
    assertThat(asked)
        .isEqualTo(
            new KeyFilter(
                KeyStatus.ACTIVE,
                "production",
                "service",
                "dora",
                "a:b",
                "t",
                null,
                KeyFilter.Sort.ID,
                false));
    assertThat(notices)
        .extracting(Notice::event, Notice::people, Notice::roles, one -> one.facts().get("count"))
        .as("owners hear of their own keys, managers of all")
        .containsExactly(
            tuple("campaign.opened", Set.of("dora"), Set.of(), "2"),
            tuple("campaign.opened", Set.of("eve"), Set.of(), "1"),
            tuple("campaign.overview", Set.of(), Set.of("manager"), "3"));
    assertThat(notices.get(0).facts())
        .containsEntry("name", "spring")
        .containsEntry("due_at", DUE.toString());
    assertThat(recorded.get(0).action()).isEqualTo(Action.CAMPAIGN_CREATED);
    assertThat(recorded.get(0).changes()).containsEntry("keys", Arrays.asList(null, 3));
    assertThat(kept.flushed).isEqualTo(1);
    assertThat(campaigns.list(MAX, null, 1, 10).items()).containsExactly(opened);
  }

  @Test
  void whatIsNoCampaignIsRefused() {
    invalid("selection", () -> open(MAX, DUE));
    keys.add(1, "dora");
    invalid("due_at", () -> open(MAX, NOON));
    invalid("due_at", () -> open(MAX, NOON.plus(Duration.ofDays(366)).plusMillis(1)));
    refused(ProblemType.FORBIDDEN, () -> open(DORA, DUE));
    assertThat(campaigns.open(MAX, new Campaigns.CampaignOrder("all", DUE, null)).selection())
        .isNotNull();
    keys.add(10_000, "dora");
    invalid("selection", () -> open(MAX, DUE));
    keys.all.remove(0);
    kept.items.clear();
    assertThat(open(MAX, NOON.plus(Duration.ofDays(366))).total()).isEqualTo(10_000);
  }

  @Test
  void ownersSpeakForTheirOwnKeysAndManagersForAll() {
    keys.add(2, "dora");
    keys.add(2, "eve");
    open(MAX, DUE);
    assertThat(campaigns.confirm(DORA, ID, 1).status()).isEqualTo("confirmed");
    assertThat(kept.flushed).isEqualTo(2);
    assertThat(recorded.get(1).action()).isEqualTo(Action.CAMPAIGN_UPDATED);
    assertThat(recorded.get(1).reason()).isEqualTo("key-1 confirmed");
    assertThat(keeper.done).isEmpty();
    refused(ProblemType.NOT_FOUND, () -> campaigns.confirm(DORA, ID, 3));
    refused(ProblemType.NOT_FOUND, () -> campaigns.confirm(MAX, ID, 99));
    refused(ProblemType.NOT_FOUND, () -> campaigns.confirm(MAX, 6, 1));
    refused(ProblemType.CONFLICT, () -> campaigns.retire(MAX, ID, 1));
    assertThat(campaigns.retire(MAX, ID, 3).decidedBy()).isEqualTo("max");
    assertThat(keeper.done).containsExactly("revoked 3 by max: retired by max in campaign spring");
    Campaigns.View view = campaigns.read(MAX, ID);
    assertThat(List.of(view.total(), view.open(), view.confirmed(), view.retired()))
        .containsExactly(4L, 2L, 1L, 1L);
    assertThat(campaigns.items(DORA, ID, null, 1, 10).total()).isEqualTo(2);
    assertThat(campaigns.items(MAX, ID, null, 1, 10).items())
        .extracting(Campaigns.ItemView::keyId)
        .containsExactly("key-1", "key-2", "key-3", "key-4");

    Caller stranger = Orders.person(9, "sam", 900, "manager");
    refused(ProblemType.NOT_FOUND, () -> campaigns.read(stranger, ID));
    refused(ProblemType.NOT_FOUND, () -> campaigns.items(stranger, ID, null, 1, 10));
    refused(ProblemType.NOT_FOUND, () -> campaigns.confirm(stranger, ID, 2));
    clock.set(DUE);
    refused(ProblemType.CONFLICT, () -> campaigns.confirm(MAX, ID, 2));
  }

  @Test
  void ownersAreRemindedOnceOfWhatIsOpen() {
    keys.add(2, "dora");
    keys.add(1, "eve");
    open(MAX, DUE);
    notices.clear();
    campaigns.confirm(MAX, ID, 3);
    steps.remind(6);
    steps.remind(ID);
    steps.remind(ID);
    assertThat(notices)
        .extracting(Notice::event, Notice::people, Notice::roles, one -> one.facts().get("count"))
        .containsExactly(
            tuple("campaign.reminder", Set.of("dora"), Set.of(), "2"),
            tuple("campaign.unconfirmed", Set.of(), Set.of("manager"), "2"));

    open(MAX, DUE);
    kept.items.forEach(item -> item.decide("confirmed", "max", NOON));
    notices.clear();
    steps.remind(ID);
    assertThat(notices).as("nothing is open").isEmpty();
  }

  @Test
  void silenceDisablesInBatchesAndThenTheCampaignCloses() {
    keys.add(50, "dora");
    open(MAX, DUE);
    notices.clear();
    assertThat(steps.disableSome(ID)).as("it is open").isFalse();
    assertThat(steps.disableSome(6)).isFalse();
    assertThat(keeper.done).isEmpty();
    campaigns.confirm(MAX, ID, 1);
    kept.items.add(new CampaignItem(ID, 51, "one more", "dora"));
    clock.set(DUE);

    assertThat(steps.disableSome(ID)).as("a whole batch").isTrue();
    assertThat(keeper.done).hasSize(50).contains("disabled 2", "disabled 51");
    assertThat(campaigns.read(MAX, ID).status()).isEqualTo("open");
    assertThat(steps.disableSome(ID)).isFalse();
    Campaigns.View view = campaigns.read(MAX, ID);
    assertThat(view.status()).isEqualTo("closed");
    assertThat(view.closedAt()).isEqualTo(DUE);
    assertThat(view.disabled()).isEqualTo(50);
    assertThat(notices)
        .extracting(Notice::event, Notice::people)
        .containsExactly(
            tuple("campaign.disabled", Set.of("dora")), tuple("campaign.closed", Set.of("max")));
    assertThat(notices.get(0).facts().get("keys")).contains("key-2, ").endsWith("key-51");
    assertThat(notices.get(1).facts())
        .containsEntry("confirmed", "1")
        .containsEntry("retired", "0")
        .containsEntry("disabled", "50");
    AuditEntry last = recorded.get(recorded.size() - 1);
    assertThat(last.action()).isEqualTo(Action.CAMPAIGN_CLOSED);
    assertThat(last.changes()).containsEntry("disabled", Arrays.asList(null, 50L));
    assertThat(steps.disableSome(ID)).as("it is closed").isFalse();
    assertThat(notices).hasSize(2);
  }
}
