package org.apikeys.audit;

import static org.apikeys.audit.SomeRecords.person;
import static org.apikeys.audit.SomeRecords.write;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of a person goes, unless somebody has to keep it. */
interface SubjectsContract {
  Caller OPERATOR = person(6, "bob", 1);
  Caller ELSEWHERE = person(7, "eve", 900);

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    return services;
  }

  private static long erased(TestServices services, Caller caller, String subject) {
    return services.get(Subjects.class).erase(caller, subject).records();
  }

  private static long hold(
      TestServices services,
      @Nullable String subject,
      @Nullable Instant from,
      @Nullable Instant to) {
    return services
        .get(Holds.class)
        .set(OPERATOR, new HoldOrder("case", "letter", subject, from, to))
        .id();
  }

  @Test
  default void goesThroughPageAfterPage() {
    TestServices services = services();
    write(services, person(5, "alice", 1), 1_001);
    write(services, person(8, "carol", 1), 2);
    Subjects.Erased erased = services.get(Subjects.class).erase(OPERATOR, "user-5");
    assertThat(erased).isEqualTo(new Subjects.Erased("user-5", 1_001, services.clock().instant()));
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE actor_name = 'erased'"))
        .isEqualTo(1_001);
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE actor_name = 'carol'"))
        .isEqualTo(2);
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE words LIKE '%name 7%'"))
        .as("what is no word about her stays to be found by")
        .isPositive();
    services.get(LogKeeper.class).advance();
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM audit_record WHERE action = '"
                        + Action.SUBJECT_ERASED.word()
                        + "'"))
        .isEqualTo(1);
  }

  @Test
  default void findsAPersonAsTheOneWhoDidAndAsTheOneItWasDoneTo() {
    TestServices services = services();
    write(
        services,
        List.of(
            AuditEntry.of(person(8, "carol", 1), Action.USER_UPDATED).on("user", "5", "alice"),
            AuditEntry.of(person(8, "carol", 1), Action.USER_UPDATED).on("user", "55", "al"),
            AuditEntry.of(person(8, "carol", 1), Action.KEY_CREATED).on("key", "5", "five")));
    assertThat(erased(services, OPERATOR, "user-5")).isEqualTo(1);
    assertThat(store().column("SELECT target_name FROM audit_record WHERE target_name <> 'x'"))
        .contains("al", "five")
        .doesNotContain("alice");
    refused(ProblemType.NOT_FOUND, () -> erased(services, OPERATOR, "key-5"));
  }

  @Test
  default void nobodyElsewhereErasesOrLearnsOfAPerson() {
    TestServices services = services();
    write(services, person(5, "alice", 1), 1);
    write(services, person(9, "erin", 900), 2);
    refused(ProblemType.NOT_FOUND, () -> erased(services, ELSEWHERE, "user-5"));
    refused(ProblemType.NOT_FOUND, () -> erased(services, ELSEWHERE, "user-77"));
    refused(ProblemType.NOT_FOUND, () -> erased(services, OPERATOR, "user-77"));
    assertThat(erased(services, ELSEWHERE, "user-9")).isEqualTo(2);
    // who has worked for two organizations is no single one's
    write(services, person(9, "erin", 1), 1);
    refused(ProblemType.NOT_FOUND, () -> erased(services, ELSEWHERE, "user-9"));
    assertThat(erased(services, OPERATOR, "user-9")).isEqualTo(3);
  }

  @Test
  default void theSystemIsNobody() {
    TestServices services = services();
    write(
        services,
        List.of(AuditEntry.of(Caller.system(), Action.ACCESS_DENIED).on("key", "key-1", "one")));
    refused(ProblemType.NOT_FOUND, () -> erased(services, OPERATOR, Caller.system().name()));
  }

  @Test
  default void aHoldKeepsWhoItIsAboutInItsTime() {
    TestServices services = services();
    Instant first = services.clock().instant();
    write(services, person(5, "alice", 1), 1);
    write(services, person(8, "carol", 1), 1);
    services.clock().forward(Duration.ofDays(1));
    Instant later = services.clock().instant();

    long ofAnother = hold(services, "user-8", null, null);
    assertThat(erased(services, OPERATOR, "user-5")).isEqualTo(1);
    for (long harmless :
        List.of(
            ofAnother,
            hold(services, "user-5", null, first),
            hold(services, "user-5", later.plusSeconds(1), null),
            hold(services, null, first.plusMillis(1), later))) {
      assertThat(erased(services, OPERATOR, "user-5")).as("hold %d", harmless).isEqualTo(1);
    }
    Instant end = first.plusMillis(1);
    for (HoldOrder order :
        List.of(
            new HoldOrder("case", "letter", "user-5", null, null),
            new HoldOrder("case", "letter", null, first, end),
            new HoldOrder("case", "letter", "user-5", null, end))) {
      long keeping = services.get(Holds.class).set(OPERATOR, order).id();
      refused(ProblemType.LEGAL_HOLD, () -> erased(services, OPERATOR, "user-5"));
      services.get(Holds.class).lift(OPERATOR, keeping);
    }
    assertThat(erased(services, OPERATOR, "user-5")).isEqualTo(1);
  }

  @Test
  @Timeout(30)
  default void whoErasesThemselvesIsNotHeldUpByThemselves() {
    TestServices services = services();
    write(services, person(5, "alice", 1), 3);
    assertThat(erased(new TestServices(store()), person(5, "alice", 1), "user-5")).isEqualTo(3);
    services.get(LogKeeper.class).advance();
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE words LIKE '%alice%'"))
        .as("also what says that she did it")
        .isZero();
  }

  @Test
  @Timeout(60)
  default void peopleGoOnWhileTheyAndOthersAreErased() throws Exception {
    TestServices services = services();
    List<Caller> people = List.of(person(5, "alice", 1), person(8, "carol", 1));
    people.forEach(one -> write(services, one, 50));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      List<Future<?>> acting = new ArrayList<>();
      for (Caller one : people) {
        acting.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    services
                        .get(AuditLog.class)
                        .recordAlone(List.of(AuditEntry.of(one, Action.KEY_CREATED)));
                    Thread.sleep(2);
                  }
                  return null;
                }));
      }
      acting.add(
          threads.submit(
              () -> {
                while (!done.get()) {
                  services.get(LogKeeper.class).advance();
                }
              }));
      List<Future<?>> erasing = new ArrayList<>();
      for (Caller one : people) {
        erasing.add(
            threads.submit(
                () -> {
                  for (int turn = 0; turn < 10; turn++) {
                    erased(services, OPERATOR, "user-" + one.id());
                  }
                }));
      }
      for (Future<?> one : erasing) {
        one.get();
      }
      done.set(true);
      for (Future<?> one : acting) {
        one.get();
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    services.get(LogKeeper.class).advance();
    for (Caller one : people) {
      erased(services, OPERATOR, "user-" + one.id());
      services.get(Subjects.class).eraseWhatCameMeanwhile("user-" + one.id());
    }
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE actor_name = 'alice'"))
        .isZero();
  }

  @Test
  default void aHoldKeepsTheRecordsOfItsOwnOrganization() {
    TestServices services = services();
    store().addOrganization(901);
    write(services, person(5, "alice", 1), 1);
    write(services, person(9, "erin", 900), 1);
    Holds holds = services.get(Holds.class);
    HoldOrder everybody = new HoldOrder("case", "letter", null, null, null);

    long foreign = holds.set(person(8, "carol", 901), everybody).id();
    assertThat(erased(services, ELSEWHERE, "user-9")).isEqualTo(1);
    assertThat(erased(services, OPERATOR, "user-5")).isEqualTo(1);
    holds.lift(OPERATOR, foreign);

    long own = holds.set(ELSEWHERE, everybody).id();
    refused(ProblemType.LEGAL_HOLD, () -> erased(services, ELSEWHERE, "user-9"));
    refused(ProblemType.LEGAL_HOLD, () -> erased(services, OPERATOR, "user-9"));
    assertThat(erased(services, OPERATOR, "user-5")).isEqualTo(1);
    holds.lift(ELSEWHERE, own);

    holds.set(OPERATOR, everybody);
    refused(ProblemType.LEGAL_HOLD, () -> erased(services, ELSEWHERE, "user-9"));
  }

  @Test
  default void whoIsNamedByOthersIsErasedThereToo() {
    TestServices services = services();
    store().addPerson(13, 1, "alice", "developer");
    store().addPerson(14, 1, "bob", "developer");
    write(
        services,
        List.of(
            AuditEntry.of(person(8, "carol", 1), Action.KEY_UPDATED)
                .on("key", "key-5", "five")
                .changing("owner", "alice", "bob"),
            AuditEntry.of(Caller.system(), Action.ALERT_RAISED)
                .on("alert", "1", "locked")
                .becauseOf("alice", "The name alice is locked, the last from 198.51.100.9.")));
    AuditRecords records = services.get(AuditRecords.class);
    Selection about = Selection.about("user-13");
    assertThat(shown(services)).contains("[\"alice\",\"bob\"]", "198.51.100.9");
    assertThat(store().inTransaction(() -> records.count(about, 1L, 99))).isEqualTo(2);

    assertThat(erased(services, OPERATOR, "user-13")).isEqualTo(2);
    assertThat(shown(services))
        .contains("[\"user-13\",\"bob\"]")
        .doesNotContain("alice", "198.51.100.9");
    assertThat(store().number("SELECT COUNT(*) FROM audit_record WHERE words LIKE '%alice%'"))
        .isZero();
    assertThat(erased(services, OPERATOR, "user-14")).isEqualTo(1);
    assertThat(shown(services)).doesNotContain("bob");
  }

  private static String shown(TestServices services) {
    EventFilter all = EventFilter.ANY;
    return services.get(AuditReader.class).list(OPERATOR, all, 50).events().toString();
  }

  @Test
  default void aHoldIsOfThePersonWhomItNames() {
    TestServices services = services();
    store().addPerson(13, 1, "Alice", "developer");
    write(services, person(13, "Alice", 1), 1);
    Holds holds = services.get(Holds.class);

    HoldView byName = holds.set(OPERATOR, new HoldOrder("case", "letter", "alice", null, null));
    assertThat(byName.subject()).isEqualTo("user-13");
    refused(ProblemType.LEGAL_HOLD, () -> erased(services, OPERATOR, "user-13"));
    HoldView elsewhere = holds.set(ELSEWHERE, new HoldOrder("case", "letter", "alice", null, null));
    assertThat(elsewhere.subject()).as("who is there is not told elsewhere").isEqualTo("alice");
  }
}
