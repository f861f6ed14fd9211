package org.apikeys.request;

import static org.apikeys.key.Orders.MAX;
import static org.apikeys.key.Orders.MONA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.Orders;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Which requests a list shows to whom, on a real store. */
interface RequestListsContract {
  Caller DORA = Orders.person(2, "Dora", 1, "developer");
  RequestFilter AWAITING = new RequestFilter(null, null, null, false, true);

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    store().addStaff();
    store().addPerson(4, TestStore.DEFAULT, "mona", "manager");
    return services;
  }

  private static RequestView ask(TestServices services, Caller caller, String name) {
    services.clock().forward(Duration.ofSeconds(1));
    return services
        .get(RequestDesk.class)
        .askForKey(caller, RequestKind.NEW_KEY, Orders.aKey(name), " because ");
  }

  private static void approve(TestServices services, Caller caller, RequestView request) {
    services
        .get(Approvals.class)
        .approve(caller, request.id(), new Approvals.Decision(null, request.digest(), null), null);
  }

  private static List<String> shown(TestServices services, Caller caller, RequestFilter filter) {
    Page<RequestView> page = services.get(RequestReader.class).list(caller, filter, 1, 50);
    assertThat(page.total()).isEqualTo(page.items().size());
    return page.items().stream().map(one -> one.wanted().name()).toList();
  }

  private static RequestFilter in(RequestStatus status) {
    return new RequestFilter(status, null, null, false, false);
  }

  private static void policies(TestServices services, String stages) {
    services
        .get(Policies.class)
        .replace(
            Orders.admin(),
            Json.read(
                ("{'policies': [{'name': 'ours', 'stages': [" + stages + "]}]}").replace('\'', '"'),
                JsonNode.class),
            null);
  }

  @Test
  default void showsTheNewestFirstPageByPage() {
    TestServices services = services();
    for (int i = 1; i <= 5; i++) {
      ask(services, DORA, "key " + i);
    }
    RequestReader reader = services.get(RequestReader.class);
    Page<RequestView> second = reader.list(MAX, RequestFilter.ALL, 2, 2);
    assertThat(second.items())
        .extracting(one -> one.wanted().name())
        .containsExactly("key 3", "key 2");
    assertThat(second.total()).isEqualTo(5);
    assertThat(second.items().get(0).justification()).isEqualTo("because");
    assertThat(reader.list(MAX, RequestFilter.ALL, 3, 2).items()).hasSize(1);

    approve(services, MAX, second.items().get(0));
    assertThat(reader.figures(MAX, 2))
        .satisfies(
            figures -> {
              assertThat(figures.open()).isEqualTo(4);
              assertThat(figures.decided()).isEqualTo(1);
              assertThat(figures.latest()).hasSize(2);
            });
  }

  @Test
  default void whoDecidesNothingSeesTheirOwnHoweverTheyAreWritten() {
    TestServices services = services();
    ask(services, DORA, "dora's");
    ask(services, MAX, "max's");
    Caller lower = Orders.DORA;
    assertThat(shown(services, DORA, RequestFilter.ALL)).containsExactly("dora's");
    assertThat(shown(services, lower, RequestFilter.ALL)).containsExactly("dora's");
    assertThat(shown(services, MAX, RequestFilter.ALL)).containsExactly("max's", "dora's");
    assertThat(shown(services, MAX, new RequestFilter(null, null, null, true, false)))
        .containsExactly("max's");
    assertThat(shown(services, MAX, new RequestFilter(null, null, "DORA", false, false)))
        .containsExactly("dora's");
    assertThat(shown(services, DORA, new RequestFilter(null, null, "max", false, false))).isEmpty();
    assertThat(
            shown(
                services, MAX, new RequestFilter(null, RequestKind.EMERGENCY, null, false, false)))
        .isEmpty();
    assertThat(
            shown(services, MAX, new RequestFilter(null, RequestKind.NEW_KEY, "max", false, false)))
        .containsExactly("max's");
    assertThat(shown(services, Orders.person(9, "max", 900, "manager"), RequestFilter.ALL))
        .isEmpty();
  }

  @Test
  default void whatIsOverIsShownAsExpiredBeforeAnybodyNotedIt() {
    TestServices services = services();
    ask(services, DORA, "early");
    services.clock().forward(Duration.ofDays(4));
    ask(services, DORA, "late");
    approve(services, MAX, ask(services, DORA, "approved"));
    assertThat(shown(services, MAX, in(RequestStatus.PENDING))).containsExactly("late", "early");
    services.clock().forward(Duration.ofDays(3));
    assertThat(shown(services, MAX, in(RequestStatus.PENDING))).containsExactly("late");
    assertThat(shown(services, MAX, in(RequestStatus.EXPIRED))).containsExactly("early");
    assertThat(shown(services, MAX, in(RequestStatus.APPROVED))).containsExactly("approved");
    assertThat(shown(services, MAX, AWAITING)).containsExactly("late");
    services.get(RequestDeadlines.class).run();
    assertThat(shown(services, MAX, in(RequestStatus.EXPIRED))).containsExactly("early");
    services.clock().forward(Duration.ofDays(30));
    assertThat(shown(services, MAX, in(RequestStatus.EXPIRED)))
        .containsExactly("approved", "late", "early");
    assertThat(shown(services, MAX, in(RequestStatus.APPROVED))).isEmpty();
    assertThat(shown(services, MAX, in(RequestStatus.REJECTED))).isEmpty();
  }

  @Test
  default void waitsForWhoCanDecideNow() {
    TestServices services = services();
    policies(services, "{'approvals': 2, 'roles': ['manager']}");
    RequestView request = ask(services, DORA, "shared");
    ask(services, MONA, "mona's own");
    assertThat(shown(services, MAX, AWAITING)).containsExactly("mona's own", "shared");
    assertThat(shown(services, MONA, AWAITING)).as("not her own").containsExactly("shared");
    assertThat(shown(services, DORA, AWAITING)).isEmpty();
    approve(services, MAX, request);
    assertThat(shown(services, MAX, AWAITING)).as("not twice").containsExactly("mona's own");
    assertThat(shown(services, MONA, AWAITING)).containsExactly("shared");
    approve(services, MONA, request);
    assertThat(shown(services, MONA, AWAITING)).isEmpty();
  }

  @Test
  default void aNameIsNoPattern() {
    TestServices services = services();
    store().addPerson(5, TestStore.DEFAULT, "a_b", "manager");
    store().addPerson(6, TestStore.DEFAULT, "axb", "manager");
    policies(services, "{'approvals': 1, 'people': ['axb']}");
    ask(services, DORA, "for axb");
    Caller wild = Orders.person(5, "a_b", 1, "manager");
    assertThat(shown(services, wild, AWAITING)).isEmpty();
    assertThat(shown(services, Orders.person(7, "%", 1, "manager"), AWAITING)).isEmpty();
    assertThat(shown(services, Orders.person(6, "axb", 1, "manager"), AWAITING))
        .containsExactly("for axb");
    policies(services, "{'approvals': 1, 'people': ['a_b']}");
    ask(services, DORA, "for a_b");
    assertThat(shown(services, wild, AWAITING)).containsExactly("for a_b");
  }

  @Test
  default void aDelegationIsOfOneRequestAndOnePerson() {
    TestServices services = services();
    policies(services, "{'approvals': 1, 'people': ['max']}");
    RequestView lent = ask(services, DORA, "lent");
    ask(services, DORA, "kept");
    services
        .get(Approvals.class)
        .delegate(
            MAX, lent.id(), "mona", services.clock().instant().plus(Duration.ofHours(1)), null);
    assertThat(shown(services, MONA, AWAITING)).containsExactly("lent");
    assertThat(shown(services, Orders.admin(), AWAITING)).isEmpty();
    services.clock().forward(Duration.ofHours(1));
    assertThat(shown(services, MONA, AWAITING)).as("until then").isEmpty();
  }
}
