package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.audit.AuditReader;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LogKeeper;
import org.apikeys.key.Orders;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Who hears of a request and when, and what the log says of it. */
interface RequestNewsContract {

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addStaff();
    store().addPerson(4, TestStore.DEFAULT, "gate", "gateway");
    return services;
  }

  private static RequestView ask(TestServices services, RequestKind kind, String key) {
    return services.get(RequestDesk.class).askForKey(DORA, kind, Orders.from(key), " because ");
  }

  private static RequestView shop(TestServices services) {
    return ask(services, RequestKind.NEW_KEY, "{\"name\": \"shop\"}");
  }

  private List<Object> told(String event) {
    return store()
        .column("SELECT person_key FROM notice WHERE event = '" + event + "' ORDER BY person_key");
  }

  private static void later(TestServices services, Duration time) {
    services.clock().forward(time);
    services.get(RequestDeadlines.class).run();
  }

  @Test
  default void thoseWhoCanDecideHearOfIt() {
    TestServices services = services();
    RequestView request = shop(services);
    assertThat(request.subject()).isEqualTo("New production key \"shop\"");
    assertThat(told("request.submitted")).containsExactly("admin", "max");
    assertThat(told("request.emergency")).isEmpty();

    ask(services, RequestKind.NEW_KEY, "{\"name\": \"dev\", \"environment\": \"development\"}");
    assertThat(told("request.submitted")).as("nobody is needed").hasSize(2);
  }

  @Test
  default void anEmergencyIsToldAsOneAndEndsWithItsKey() {
    TestServices services = services();
    RequestView request =
        ask(
            services,
            RequestKind.EMERGENCY,
            "{\"name\": \"fire\", \"type\": \"emergency\", \"scopes\": [\"agents:read\"]}");
    assertThat(request.subject()).isEqualTo("Emergency key \"fire\"");
    assertThat(request.expiresAt())
        .isEqualTo(Objects.requireNonNull(request.wanted().expiresAt()))
        .isEqualTo(services.clock().instant().plus(Duration.ofHours(1)));
    assertThat(told("request.emergency")).containsExactly("admin", "max");
    assertThat(told("request.submitted")).isEmpty();
  }

  @Test
  default void theLogSaysWhyAndByWhichPolicyAndOverWhat() {
    TestServices services = services();
    RequestView request = shop(services);
    services.get(LogKeeper.class).advance();
    JsonNode record =
        services
            .get(AuditReader.class)
            .list(
                Orders.admin(),
                new EventFilter(
                    null,
                    null,
                    null,
                    Set.of(Action.REQUEST_SUBMITTED.word()),
                    null,
                    null,
                    null,
                    null),
                5)
            .events()
            .get(0);
    assertThat(record.at("/actor/name").asText()).isEqualTo("dora");
    assertThat(record.at("/target/id").asText()).isEqualTo(String.valueOf(request.id()));
    assertThat(record.path("reason").asText()).isEqualTo("because");
    assertThat(record.at("/changes/policy/1").asText()).isEqualTo("production-and-staging");
    assertThat(record.at("/changes/risk/1").asInt()).isEqualTo(request.risk().score());
    assertThat(record.at("/changes/digest/1").asText()).isEqualTo(request.digest());
  }

  @Test
  default void approversAreRemindedDayByDayUntilSomebodyDecides() {
    TestServices services = services();
    RequestView request = shop(services);
    later(services, Duration.ofDays(1).minusMillis(1));
    assertThat(told("request.reminder")).isEmpty();
    later(services, Duration.ofMillis(1));
    later(services, Duration.ofMillis(1));
    assertThat(told("request.reminder")).containsExactly("admin", "max");
    later(services, Duration.ofDays(1));
    assertThat(told("request.reminder")).hasSize(4);

    services
        .get(Approvals.class)
        .approve(MAX, request.id(), new Approvals.Decision(null, request.digest(), null), null);
    later(services, Duration.ofDays(1));
    assertThat(told("request.reminder")).hasSize(4);
    assertThat(told("request.escalated")).isEmpty();
  }

  @Test
  default void whatWaitsForThreeDaysIsToldToAdministratorsOnce() {
    TestServices services = services();
    shop(services);
    later(services, Duration.ofDays(3).minusMillis(1));
    assertThat(told("request.escalated")).isEmpty();
    later(services, Duration.ofMillis(1));
    later(services, Duration.ofDays(2));
    assertThat(told("request.escalated")).containsExactly("admin");
    later(services, Duration.ofDays(2));
    assertThat(told("request.escalated")).as("it is over").hasSize(1);
    assertThat(told("request.reminder")).as("of what is over nobody is reminded").hasSize(4);
  }
}
