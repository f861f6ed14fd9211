package org.apikeys.audit;

import static org.apikeys.audit.SomeRecords.person;
import static org.apikeys.audit.SomeRecords.write;
import static org.apikeys.store.Expect.invalid;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who sees which records and holds, page by page and live, and who says how long they are kept. */
interface RecordsInSightContract {
  Caller OPERATOR = person(6, "ada", 1);
  Caller ELSEWHERE = person(7, "eve", 900);
  EventFilter ANY = filter(null, null);

  TestStore store();

  private static EventFilter filter(@Nullable Instant from, @Nullable String action) {
    return new EventFilter(
        from, null, null, action == null ? null : Set.of(action), null, null, null, null);
  }

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    return services;
  }

  private static List<Long> numbers(List<JsonNode> events) {
    return events.stream().map(event -> event.path("sequence").asLong()).toList();
  }

  @Test
  default void recordsOfAnotherOrganizationDoNotExist() {
    TestServices services = services();
    write(services, OPERATOR, 2);
    write(services, ELSEWHERE, 3);
    AuditReader reader = services.get(AuditReader.class);
    refused(ProblemType.NOT_FOUND, () -> reader.read(ELSEWHERE, 1));
    refused(ProblemType.NOT_FOUND, () -> reader.read(ELSEWHERE, 99));
    refused(ProblemType.NOT_FOUND, () -> reader.read(OPERATOR, 99));
    assertThat(reader.read(ELSEWHERE, 3).path("sequence").asInt()).isEqualTo(3);
    assertThat(reader.read(OPERATOR, 3).path("sequence").asInt()).isEqualTo(3);
    AuditReader.Page whole = reader.list(ELSEWHERE, ANY, 3);
    assertThat(numbers(whole.events())).containsExactly(5L, 4L, 3L);
    assertThat(whole.last()).as("there are no more").isNull();
    assertThat(reader.list(ELSEWHERE, ANY, 2).last()).isEqualTo(4);
    assertThat(numbers(reader.list(OPERATOR, ANY, 9).events())).hasSize(5);
  }

  /** The list looks through the log part by part, from its end to its beginning. */
  @Test
  default void aLongLogIsReadToItsFirstRecord() {
    TestServices services = services();
    write(services, ELSEWHERE, 1);
    write(services, OPERATOR, 1_400);
    AuditReader reader = services.get(AuditReader.class);
    assertThat(numbers(reader.list(ELSEWHERE, ANY, 9).events())).containsExactly(1L);
    List<Long> all = new ArrayList<>();
    Long last = null;
    do {
      EventFilter next =
          new EventFilter(null, null, null, Set.of("key.created"), null, null, null, last);
      AuditReader.Page page = reader.list(OPERATOR, next, 200);
      all.addAll(numbers(page.events()));
      last = page.last();
    } while (last != null);
    assertThat(all)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 1_401).map(number -> 1_402 - number).boxed().toList());
    EventFilter beyond = new EventFilter(null, null, null, null, null, null, null, Long.MAX_VALUE);
    assertThat(numbers(reader.list(ELSEWHERE, beyond, 9).events())).containsExactly(1L);
  }

  @Test
  default void whoWatchesMissesNothingAndSeesNothingOfOthers() {
    TestServices services = services();
    LiveReader live = services.get(LiveReader.class);
    assertThat(live.headBySystem()).isZero();
    assertThat(live.begin(OPERATOR, ANY, null)).isZero();
    services.get(LogKeeper.class).advance();
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE action = 'audit.listed'"))
        .as("that somebody watches is recorded")
        .isEqualTo(1);
    write(services, ELSEWHERE, 2);
    write(services, OPERATOR, 150);
    assertThat(live.headBySystem()).isEqualTo(153);

    LiveReader.Batch first = live.nextBySystem(OPERATOR, filter(null, "key.created"), 1);
    assertThat(numbers(first.events()))
        .containsExactlyElementsOf(LongStream.rangeClosed(2, 101).boxed().toList());
    assertThat(first.seen()).isEqualTo(101);
    LiveReader.Batch rest = live.nextBySystem(OPERATOR, ANY, first.seen());
    assertThat(rest.events()).hasSize(52);
    assertThat(rest.seen()).isEqualTo(153);
    assertThat(live.nextBySystem(OPERATOR, ANY, 153))
        .isEqualTo(new LiveReader.Batch(List.of(), 153));
    LiveReader.Batch foreign = live.nextBySystem(ELSEWHERE, ANY, 0);
    assertThat(numbers(foreign.events())).containsExactly(2L, 3L);
    assertThat(foreign.seen()).as("and nothing else is for them").isEqualTo(153);
  }

  @Test
  default void whoComesBackGoesOnWhereTheyWere() {
    TestServices services = services();
    LiveReader live = services.get(LiveReader.class);
    write(services, OPERATOR, 3);
    services.clock().forward(Duration.ofHours(1));
    Instant later = services.clock().instant();
    write(services, OPERATOR, 2);
    assertThat(live.begin(OPERATOR, ANY, null)).isEqualTo(5);
    assertThat(live.begin(OPERATOR, ANY, 2L)).isEqualTo(2);
    assertThat(live.begin(OPERATOR, ANY, 5L)).isEqualTo(5);
    invalid("Last-Event-ID", () -> live.begin(OPERATOR, ANY, 6L));
    assertThat(live.begin(OPERATOR, filter(later, null), null))
        .as("before the fourth")
        .isEqualTo(3);
    assertThat(live.begin(OPERATOR, filter(later.plusSeconds(1), null), null)).isEqualTo(5);
    assertThat(live.begin(OPERATOR, filter(Instant.EPOCH, null), null)).isZero();
    assertThat(live.begin(OPERATOR, filter(later, null), 1L)).isEqualTo(1);
  }

  @Test
  default void holdsAreSeenAndLiftedByThoseWhoseTheyAre() {
    TestServices services = services();
    write(services, person(5, "alice", 900), 1);
    Holds holds = services.get(Holds.class);
    HoldView own = holds.set(ELSEWHERE, new HoldOrder("theirs", "letter", "user-5", null, null));
    HoldView other = holds.set(OPERATOR, new HoldOrder("ours", "letter", null, null, null));
    HoldView third = holds.set(OPERATOR, new HoldOrder("ours too", "letter", null, null, null));
    assertThat(holds.read(ELSEWHERE, own.id())).isEqualTo(own);
    refused(ProblemType.NOT_FOUND, () -> holds.read(ELSEWHERE, other.id()));
    refused(ProblemType.NOT_FOUND, () -> holds.lift(ELSEWHERE, other.id()));
    refused(ProblemType.NOT_FOUND, () -> holds.read(OPERATOR, third.id() + 1));
    assertThat(holds.list(ELSEWHERE, 1, 10).items()).containsExactly(own);
    assertThat(holds.list(ELSEWHERE, 1, 10).total()).isEqualTo(1);
    assertThat(holds.list(OPERATOR, 2, 2).items()).containsExactly(third);
    assertThat(holds.list(OPERATOR, 1, 2).items()).containsExactly(own, other);
    assertThat(holds.list(OPERATOR, 1, 2).total()).isEqualTo(3);
    holds.lift(ELSEWHERE, own.id());
    refused(ProblemType.NOT_FOUND, () -> holds.lift(ELSEWHERE, own.id()));

    Instant now = services.clock().instant();
    invalid("to", () -> holds.set(OPERATOR, new HoldOrder("x", "letter", null, now, now)));
    invalid("name", () -> holds.set(OPERATOR, new HoldOrder(" ", "letter", null, null, null)));
    services.get(LogKeeper.class).advance();
    assertThat(store().column("SELECT action FROM audit_record ORDER BY sequence"))
        .containsExactly(
            "key.created", "hold.created", "hold.created", "hold.created", "hold.deleted");
  }

  @Test
  default void periodsAreChangedByTheOperatorAndBounded() {
    TestServices services = services();
    Retention retention = services.get(Retention.class);
    Map<String, String> before = retention.read();
    try {
      assertThat(before).containsOnlyKeys("audit", "notices", "usage");
      refused(ProblemType.FORBIDDEN, () -> retention.change(ELSEWHERE, order("audit", "P1Y")));
      refused(ProblemType.FORBIDDEN, () -> retention.check(ELSEWHERE, order("audit", "P1Y")));
      for (String wrong :
          List.of("P0D", "-P1D", "P1D-", "P100Y1D", "P101Y", "PT5H", "", "soon", "P-1D")) {
        invalid("classes.usage", () -> retention.change(OPERATOR, order("usage", wrong)));
        invalid("usage", () -> retention.check(OPERATOR, order("usage", wrong)));
      }
      invalid("classes.all", () -> retention.change(OPERATOR, order("all", "P1D")));
      invalid("classes", () -> retention.change(OPERATOR, new RetentionOrder(null)));
      invalid("classes", () -> retention.change(OPERATOR, new RetentionOrder(Map.of())));
      retention.check(OPERATOR, order("usage", "P100Y"));
      assertThat(retention.read()).isEqualTo(before);

      assertThat(retention.change(OPERATOR, order("usage", "P14M")))
          .isEqualTo(retention.read())
          .containsEntry("usage", "P1Y2M")
          .containsEntry("audit", before.get("audit"));
      retention.change(OPERATOR, order("notices", "P1D"));
      assertThat(retention.cutoff("notices"))
          .isEqualTo(services.clock().instant().minus(Duration.ofDays(1)));
      services.get(LogKeeper.class).advance();
      assertThat(services.get(AuditReader.class).read(OPERATOR, 1).at("/changes/usage").toString())
          .isEqualTo("[\"" + before.get("usage") + "\",\"P1Y2M\"]");
    } finally {
      retention.change(OPERATOR, new RetentionOrder(before));
    }
  }

  private static RetentionOrder order(String dataClass, String period) {
    return new RetentionOrder(Map.of(dataClass, period));
  }
}
