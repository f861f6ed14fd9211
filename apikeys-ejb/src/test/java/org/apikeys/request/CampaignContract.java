package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditReader;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LogKeeper;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Keys that somebody has to vouch for, and what becomes of those that nobody does. */
interface CampaignContract {

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addStaff();
    return services;
  }

  private static long key(TestServices services, String name, String owner) {
    return services
        .get(KeyIssuer.class)
        .issue(
            Orders.admin(),
            Orders.from("{\"name\": \"" + name + "\", \"owner\": \"" + owner + "\"}"))
        .view()
        .id();
  }

  private static Campaigns.View opened(TestServices services) {
    Instant due = services.clock().instant().plus(Duration.ofDays(14));
    return services
        .get(Campaigns.class)
        .open(
            MAX,
            new Campaigns.CampaignOrder(
                "spring", due, new Campaigns.Selection("production", null, null, null, null)));
  }

  private static String status(TestServices services, long key) {
    return services.get(KeyReader.class).read(Orders.admin(), key).status();
  }

  @Test
  default void takesKeysByTheirTagsAndScopes() {
    TestServices services = services();
    KeyIssuer issuer = services.get(KeyIssuer.class);
    issuer.issue(Orders.admin(), Orders.from("{\"name\": \"tagged\", \"tags\": [\"ci\"]}"));
    issuer.issue(
        Orders.admin(), Orders.from("{\"name\": \"scoped\", \"scopes\": [\"agents:read\"]}"));
    Instant due = services.clock().instant().plus(Duration.ofDays(14));
    for (Campaigns.Selection selection :
        List.of(
            new Campaigns.Selection(null, null, null, "agents:read", null),
            new Campaigns.Selection(null, null, null, null, "ci"))) {
      Campaigns.View campaign =
          services
              .get(Campaigns.class)
              .open(MAX, new Campaigns.CampaignOrder("spring", due, selection));
      assertThat(campaign.total()).isEqualTo(1);
    }
  }

  @Test
  default void ownersConfirmManagersRetireAndSilenceDisables() {
    TestServices services = services();
    List<Long> keys =
        Stream.of("kept", "ended", "silent").map(name -> key(services, name, "dora")).toList();
    long admins = key(services, "the admin's", "admin");
    Campaigns.View campaign = opened(services);
    Campaigns campaigns = services.get(Campaigns.class);
    assertThat(campaign.total()).isEqualTo(4);
    assertThat(campaigns.items(DORA, campaign.id(), null, 1, 10).total()).isEqualTo(3);

    campaigns.confirm(DORA, campaign.id(), keys.get(0));
    campaigns.retire(MAX, campaign.id(), keys.get(1));
    refused(ProblemType.NOT_FOUND, () -> campaigns.confirm(DORA, campaign.id(), admins));
    refused(ProblemType.CONFLICT, () -> campaigns.retire(DORA, campaign.id(), keys.get(0)));
    assertThat(status(services, keys.get(1))).isEqualTo("revoked");

    services.clock().forward(Duration.ofDays(8));
    services.get(CampaignDeadlines.class).run();
    services.get(CampaignDeadlines.class).run();
    assertThat(
            store()
                .column(
                    "SELECT person_key FROM notice WHERE event IN ('campaign.reminder',"
                        + " 'campaign.unconfirmed') ORDER BY person_key"))
        .as("dora, the administrator and the manager, once each")
        .containsExactly("admin", "dora", "max");
    services.clock().forward(Duration.ofDays(7));
    refused(ProblemType.CONFLICT, () -> campaigns.confirm(DORA, campaign.id(), keys.get(2)));
    services.get(CampaignDeadlines.class).run();
    services.get(CampaignDeadlines.class).run();

    Campaigns.View report = campaigns.read(MAX, campaign.id());
    assertThat(report.status()).isEqualTo("closed");
    assertThat(List.of(report.open(), report.confirmed(), report.retired(), report.disabled()))
        .containsExactly(0L, 1L, 1L, 2L);
    assertThat(status(services, keys.get(0))).isEqualTo("active");
    assertThat(status(services, keys.get(2))).isEqualTo("inactive");
    assertThat(status(services, admins)).isEqualTo("inactive");
    assertThat(
            store()
                .column(
                    "SELECT person_key || ': ' || body FROM notice"
                        + " WHERE event = 'campaign.disabled' ORDER BY person_key"))
        .extracting(Object::toString)
        .as("whose keys have stopped are told so")
        .satisfiesExactly(
            admin -> assertThat(admin).startsWith("admin: ").contains("key-" + admins + "."),
            dora -> assertThat(dora).startsWith("dora: ").contains("key-" + keys.get(2) + "."));
  }

  @Test
  default void everyOwnerIsRemindedOfWhatIsTheirsAndStillThere() {
    TestServices services = services();
    long gone = key(services, "gone", "dora");
    key(services, "open", "dora");
    key(services, "the admin's", "admin");
    long handedOn = key(services, "handed on", "dora");
    opened(services);
    services.get(KeyKeeper.class).revoke(DORA, gone, "lost", null);
    services
        .get(KeyKeeper.class)
        .change(
            Orders.admin(),
            handedOn,
            before -> Orders.from("{\"name\": \"handed on\", \"owner\": \"admin\"}"),
            null,
            null);

    services.clock().forward(Duration.ofDays(8));
    services.get(CampaignDeadlines.class).run();
    assertThat(
            store()
                .column(
                    "SELECT person_key || ' ' || body FROM notice"
                        + " WHERE event = 'campaign.reminder' ORDER BY person_key"))
        .extracting(Object::toString)
        .satisfiesExactly(
            admin -> assertThat(admin).startsWith("admin").contains("open: 2."),
            dora -> assertThat(dora).startsWith("dora").contains("open: 1."));
  }

  @Test
  default void whoOwnsAKeyNowSpeaksOfIt() {
    TestServices services = services();
    store().addPerson(4, TestStore.DEFAULT, "eve", "developer");
    Caller eve = Orders.person(4, "eve", 1, "developer");
    long key = key(services, "handed on", "dora");
    Campaigns.View campaign = opened(services);
    Campaigns campaigns = services.get(Campaigns.class);
    services
        .get(KeyKeeper.class)
        .change(
            Orders.admin(),
            key,
            before -> Orders.from("{\"name\": \"handed on\", \"owner\": \"eve\"}"),
            null,
            null);

    assertThat(campaigns.items(DORA, campaign.id(), null, 1, 10).total()).isZero();
    assertThat(campaigns.items(eve, campaign.id(), null, 1, 10).items())
        .extracting(Campaigns.ItemView::owner)
        .containsExactly("eve");
    refused(ProblemType.NOT_FOUND, () -> campaigns.retire(DORA, campaign.id(), key));
    assertThat(campaigns.confirm(eve, campaign.id(), key).owner()).isEqualTo("eve");
  }

  @Test
  default void toRetireAKeyIsToRevokeIt() {
    TestServices services = services();
    long key = key(services, "one", "dora");
    long campaign = opened(services).id();
    Campaigns campaigns = services.get(Campaigns.class);
    Caller asking = Orders.key(99, "dora", "developer", "requests:read", "requests:write");
    refused(ProblemType.FORBIDDEN, () -> campaigns.retire(asking, campaign, key));

    campaigns.retire(DORA, campaign, key);
    services.get(LogKeeper.class).advance();
    assertThat(
            services
                .get(AuditReader.class)
                .list(
                    Orders.admin(),
                    new EventFilter(
                        null, null, null, Set.of("key.revoked"), null, null, null, null),
                    5)
                .events()
                .get(0)
                .at("/actor/name")
                .asText())
        .isEqualTo("dora");
  }

  @Test
  default void whatEndedMeanwhileWasNeitherConfirmedNorDisabled() {
    TestServices services = services();
    long revoked = key(services, "revoked", "dora");
    long silent = key(services, "silent", "dora");
    long campaign = opened(services).id();
    Campaigns campaigns = services.get(Campaigns.class);
    services.get(KeyKeeper.class).revoke(DORA, revoked, "lost", null);
    refused(ProblemType.CONFLICT, () -> campaigns.confirm(DORA, campaign, revoked));
    refused(ProblemType.CONFLICT, () -> campaigns.retire(DORA, campaign, revoked));

    services.clock().forward(Duration.ofDays(15));
    services.get(CampaignDeadlines.class).run();
    Campaigns.View report = campaigns.read(MAX, campaign);
    assertThat(List.of(report.total(), report.disabled(), report.ended()))
        .containsExactly(2L, 1L, 1L);
    assertThat(campaigns.items(MAX, campaign, "ended", 1, 10).items())
        .extracting(Campaigns.ItemView::keyId)
        .containsExactly("key-" + revoked);
    assertThat(status(services, silent)).isEqualTo("inactive");
  }

  /** Whoever looks while keys are disabled sees each of them once, before or after. */
  @Test
  default void countsAddUpWhileItCloses() throws InterruptedException {
    TestServices services = services();
    int keys = 300;
    for (int i = 0; i < keys; i++) {
      key(services, "silent " + i, "dora");
    }
    long campaign = opened(services).id();
    services.clock().forward(Duration.ofDays(15));
    Campaigns campaigns = services.get(Campaigns.class);
    CampaignDeadlines deadlines = services.get(CampaignDeadlines.class);
    Thread closing = new Thread(deadlines::run);
    closing.start();
    List<Campaigns.View> seen = new ArrayList<>();
    do {
      seen.add(campaigns.read(MAX, campaign));
    } while (closing.isAlive());
    closing.join();
    seen.add(campaigns.read(MAX, campaign));
    assertThat(seen)
        .allSatisfy(
            view -> {
              assertThat(view.total()).isEqualTo(keys);
              assertThat(view.open() + view.disabled()).isEqualTo(keys);
            })
        .last()
        .satisfies(view -> assertThat(view.disabled()).isEqualTo(keys));
  }

  @Test
  default void refusesWhatIsNoCampaign() {
    TestServices services = services();
    refused(ProblemType.VALIDATION_FAILED, () -> opened(services));
    key(services, "one", "dora");
    Campaigns campaigns = services.get(Campaigns.class);
    Instant now = services.clock().instant();
    refused(
        ProblemType.VALIDATION_FAILED,
        () -> campaigns.open(MAX, new Campaigns.CampaignOrder("late", now, null)));
    refused(
        ProblemType.VALIDATION_FAILED,
        () ->
            campaigns.open(
                MAX, new Campaigns.CampaignOrder(" ", now.plus(Duration.ofDays(1)), null)));
    Campaigns.View campaign = opened(services);
    Caller stranger = Orders.person(9, "stranger", 900, "manager");
    refused(ProblemType.NOT_FOUND, () -> campaigns.read(stranger, campaign.id()));
    refused(ProblemType.NOT_FOUND, () -> campaigns.items(stranger, campaign.id(), null, 1, 10));
    assertThat(campaigns.list(stranger, null, 1, 10).total()).isZero();
    assertThat(campaigns.list(MAX, "open", 1, 10).total()).isEqualTo(1);
  }

  @Test
  default void pagesCampaignsAndTheirKeys() {
    TestServices services = services();
    List<Long> keys = Stream.of("a", "b", "c").map(name -> key(services, name, "dora")).toList();
    key(services, "the admin's", "admin");
    Campaigns campaigns = services.get(Campaigns.class);
    List<Long> opened = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      opened.add(opened(services).id());
    }
    campaigns.confirm(DORA, opened.get(0), keys.get(1));

    assertThat(campaigns.list(MAX, null, 1, 2).items())
        .extracting(Campaigns.View::id)
        .containsExactly(opened.get(2), opened.get(1));
    assertThat(campaigns.list(MAX, null, 2, 2))
        .satisfies(
            page -> {
              assertThat(page.total()).isEqualTo(3);
              assertThat(page.items()).hasSize(1);
              assertThat(page.items().get(0).open()).isEqualTo(3);
              assertThat(page.items().get(0).confirmed()).isEqualTo(1);
            });
    assertThat(campaigns.list(MAX, "closed", 1, 2).total()).isZero();
    assertThat(campaigns.items(MAX, opened.get(0), null, 2, 2).items())
        .extracting(Campaigns.ItemView::name)
        .containsExactly("c", "the admin's");
    assertThat(campaigns.items(MAX, opened.get(0), "open", 1, 2))
        .satisfies(
            page -> {
              assertThat(page.total()).isEqualTo(3);
              assertThat(page.items())
                  .extracting(Campaigns.ItemView::name)
                  .containsExactly("a", "c");
            });
    assertThat(campaigns.items(DORA, opened.get(0), "confirmed", 1, 2).items())
        .extracting(Campaigns.ItemView::keyId, Campaigns.ItemView::decidedBy)
        .containsExactly(tuple("key-" + keys.get(1), "dora"));
    assertThat(campaigns.items(DORA, opened.get(1), "confirmed", 1, 2).total()).isZero();
  }
}
