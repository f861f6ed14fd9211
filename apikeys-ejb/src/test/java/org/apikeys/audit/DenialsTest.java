package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestClock;
import org.junit.jupiter.api.Test;

class DenialsTest {
  private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));
  private final List<AuditEntry> recorded = new ArrayList<>();
  private boolean away;
  private final Denials denials =
      new Denials(
          new AuditLog() {
            @Override
            public void recordAlone(Collection<AuditEntry> entries) {
              if (away) {
                throw new IllegalStateException("the store is away");
              }
              recorded.addAll(entries);
            }
          },
          clock);

  private static AuditEntry from(String address) {
    Caller caller =
        new Caller(
            Caller.Kind.ANONYMOUS,
            0,
            "nobody",
            "nobody",
            1,
            Set.of(),
            Set.of(),
            address,
            null,
            null);
    return AuditEntry.of(caller, Action.ACCESS_DENIED).denied("no");
  }

  private long sum() {
    return recorded.stream().mapToLong(AuditEntry::count).sum();
  }

  @Test
  void recordsTheFirstTenSinglyAndTheRestTogether() {
    for (int i = 0; i < 1_000; i++) {
      denials.note(from("192.0.2.1"));
    }
    denials.note(from("192.0.2.2"));
    denials.flush();
    assertThat(recorded).hasSize(11);
    clock.forward(Duration.ofMinutes(1));
    denials.flush();

    assertThat(recorded).hasSize(12);
    assertThat(recorded.get(11).count()).isEqualTo(990);
    assertThat(sum()).isEqualTo(1_001);
  }

  @Test
  void beginsAnewWithEachMinute() {
    for (int minute = 0; minute < 3; minute++) {
      for (int i = 0; i < 12; i++) {
        denials.note(from("192.0.2.1"));
      }
      clock.forward(Duration.ofMinutes(1));
    }
    denials.flush();

    assertThat(recorded).hasSize(33);
    assertThat(sum()).isEqualTo(36);
  }

  @Test
  void staysBoundedUnderAFloodFromManySourcesAndCountsEach() {
    for (int i = 0; i < 100_000; i++) {
      denials.note(from("source " + i));
    }
    denials.flush();
    clock.forward(Duration.ofMinutes(1));
    denials.flush();

    assertThat(recorded).hasSizeLessThan(20_010);
    assertThat(sum()).isEqualTo(100_000);
  }

  @Test
  void keepsWhatTheStoreDidNotTake() {
    away = true;
    for (int i = 0; i < 15; i++) {
      denials.note(from("192.0.2.1"));
    }
    assertThatThrownBy(denials::flush).hasMessage("the store is away");
    away = false;
    denials.flushAll();

    assertThat(recorded).hasSize(11);
    assertThat(sum()).isEqualTo(15);
  }

  @Test
  void losesNoCountWhileTheStoreIsAwayForMinutes() {
    away = true;
    int noted = 0;
    for (int minute = 0; minute < 4; minute++) {
      for (int i = 0; i < 30_000; i++) {
        denials.note(from("source " + i));
        noted++;
      }
      assertThatThrownBy(denials::flush).hasMessage("the store is away");
      clock.forward(Duration.ofMinutes(1));
    }
    away = false;
    denials.flushAll();
    denials.flushAll();

    assertThat(sum()).isEqualTo(noted);
  }

  private static AuditEntry ofKey(long key, long organization, String why) {
    Caller caller =
        new Caller(
            Caller.Kind.KEY,
            key,
            "key-" + key,
            "owner " + key,
            organization,
            Set.of(),
            Set.of(),
            "192.0.2.1",
            null,
            "request " + key);
    return AuditEntry.of(caller, Action.ACCESS_DENIED)
        .on("key", "key-" + key, "key " + key)
        .denied(why);
  }

  @Test
  void anOrganizationsDenialsHideInNoOthers() {
    for (int i = 0; i < 500; i++) {
      denials.note(ofKey(1, 5, "EXPIRED"));
    }
    for (int i = 0; i < 20; i++) {
      denials.note(ofKey(2, 6, "REVOKED"));
    }
    denials.flushAll();

    assertThat(recorded).hasSize(12);
    for (AuditEntry entry : recorded.subList(10, 12)) {
      boolean first = entry.organizationId() == 5;
      assertThat(entry.count()).isEqualTo(first ? 490 : 20);
      assertThat(entry.caller().name()).isEqualTo(first ? "key-1" : "key-2");
      assertThat(entry.target()).isEqualTo(ofKey(first ? 1 : 2, 5, "").target());
      assertThat(entry.reason()).isEqualTo(first ? "EXPIRED" : "REVOKED");
    }
  }

  @Test
  void aSharedRecordChargesNobodyWithTheDenialsOfAnother() {
    for (int i = 0; i < 12; i++) {
      denials.note(ofKey(1, 5, "EXPIRED"));
    }
    denials.note(ofKey(2, 5, "REVOKED"));
    denials.flushAll();

    AuditEntry sum = recorded.get(10);
    assertThat(sum.count()).isEqualTo(3);
    assertThat(sum.caller().name()).isEqualTo(AuditEntry.SEVERAL);
    assertThat(sum.caller().id()).isZero();
    assertThat(sum.caller().ip()).isEqualTo("192.0.2.1");
    assertThat(sum.caller().requestId()).isNull();
    assertThat(sum.target()).isNull();
    assertThat(sum.reason()).isNull();
    assertThat(sum.outcome()).isEqualTo(AuditEntry.Outcome.DENIED);
  }
}
