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
}
