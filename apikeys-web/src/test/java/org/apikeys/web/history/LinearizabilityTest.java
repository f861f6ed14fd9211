package org.apikeys.web.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apikeys.web.history.KeyModel.Deed;
import org.apikeys.web.history.KeyModel.Read;
import org.apikeys.web.history.KeyModel.Revoked;
import org.apikeys.web.history.KeyModel.Rotated;
import org.apikeys.web.history.KeyModel.State;
import org.apikeys.web.history.KeyModel.Switched;
import org.apikeys.web.history.KeyModel.Verified;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the judge of histories tells those that can be from those that can't. */
class LinearizabilityTest {
  private final List<Operation<Deed>> history = new ArrayList<>();

  private LinearizabilityTest did(Deed deed, long call, long end) {
    history.add(new Operation<>(deed, call, end, true));
    return this;
  }

  private LinearizabilityTest perhaps(Deed deed, long call, long end) {
    history.add(new Operation<>(deed, call, end, false));
    return this;
  }

  private boolean holds() {
    return KeyModel.explains(history);
  }

  private static Verified saw(String code) {
    return new Verified(KeyModel.FIRST_SECRET, code);
  }

  @Test
  void nothingHolds() {
    assertThat(holds()).isTrue();
  }

  @Test
  void oneAfterTheOtherHolds() {
    did(saw("VALID"), 0, 1)
        .did(new Switched(false), 2, 3)
        .did(saw("KEY_INACTIVE"), 4, 5)
        .did(new Switched(true), 6, 7)
        .did(saw("VALID"), 8, 9)
        .did(new Revoked(), 10, 11)
        .did(saw("REVOKED"), 12, 13);
    assertThat(holds()).isTrue();
  }

  @Test
  void validAfterItsRevocationIsRejected() {
    did(new Revoked(), 0, 1).did(saw("VALID"), 2, 3);
    assertThat(holds()).isFalse();
  }

  @Test
  void validBesideItsRevocationHolds() {
    did(new Revoked(), 0, 5).did(saw("VALID"), 2, 3);
    assertThat(holds()).isTrue();
  }

  @Test
  void whatWasSeenOnceIsNotUnseen() {
    did(new Revoked(), 0, 9).did(saw("REVOKED"), 1, 2).did(saw("VALID"), 3, 4);
    assertThat(holds()).isFalse();
  }

  @Test
  void twoWhoSeeChangesInDifferentOrdersAreRejected() {
    did(new Switched(false), 0, 20)
        .did(new Rotated(1), 0, 20)
        .did(saw("KEY_INACTIVE"), 1, 2)
        .did(saw("EXPIRED"), 3, 4)
        .did(new Verified(1, "VALID"), 5, 6);
    assertThat(holds()).isFalse();
  }

  @Test
  void anOldSecretDiesWithItsRotation() {
    did(new Rotated(1), 0, 1).did(new Verified(1, "VALID"), 2, 3).did(saw("EXPIRED"), 2, 3);
    assertThat(holds()).isTrue();
    did(saw("VALID"), 4, 5);
    assertThat(holds()).isFalse();
  }

  @Test
  void aChangeThatWasAnsweredIsNotLost() {
    did(new Switched(false), 0, 1).did(saw("VALID"), 10, 11);
    assertThat(holds()).isFalse();
  }

  @Test
  void aChangeWithoutAnAnswerMayHaveHappenedOrNot() {
    perhaps(new Switched(false), 0, 100).did(saw("VALID"), 110, 111);
    assertThat(holds()).isTrue();
    history.clear();
    perhaps(new Switched(false), 0, 100).did(saw("KEY_INACTIVE"), 110, 111);
    assertThat(holds()).isTrue();
  }

  @Test
  void aChangeWithoutAnAnswerDoesNotHappenAndThenNot() {
    perhaps(new Switched(false), 0, 100).did(saw("KEY_INACTIVE"), 50, 51).did(saw("VALID"), 60, 61);
    assertThat(holds()).isFalse();
  }

  @Test
  void aChangeWithoutAnAnswerDoesNotHappenAfterItsTime() {
    perhaps(new Switched(false), 0, 100)
        .did(saw("VALID"), 110, 111)
        .did(saw("KEY_INACTIVE"), 120, 121);
    assertThat(holds()).isFalse();
  }

  @Test
  void nothingIsChangedOnceItIsRevoked() {
    did(new Revoked(), 0, 1).did(new Switched(false), 2, 3);
    assertThat(holds()).isFalse();
  }

  @Test
  void aReadOfWhatWasChangedBeforeIsRejected() {
    did(new Switched(false), 0, 1).did(new Read("active"), 2, 3);
    assertThat(holds()).isFalse();
    history.clear();
    did(new Switched(false), 0, 1).did(new Read("inactive"), 2, 3).did(new Revoked(), 4, 5);
    assertThat(holds()).isTrue();
    did(new Read("inactive"), 6, 7);
    assertThat(holds()).isFalse();
  }

  @Test
  void aChangeMayBeReadAMomentBeforeItIsDecidedByAndNotAfterItsAnswer() {
    did(new Switched(false), 0, 9).did(new Read("inactive"), 1, 2).did(saw("VALID"), 3, 4);
    assertThat(holds()).isTrue();
    did(saw("VALID"), 10, 11);
    assertThat(holds()).isFalse();
  }

  /** Short histories of all kinds, right and wrong, against every order that there is. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void findsWhatTryingEveryOrderFinds(long seed) {
    Random random = new Random(seed);
    int right = 0;
    int wrong = 0;
    for (int round = 0; round < 3_000; round++) {
      history.clear();
      for (int i = 0; i < 6; i++) {
        long call = random.nextInt(12);
        Deed deed = anyDeed(random);
        boolean certain = deed instanceof Verified || random.nextInt(3) > 0;
        history.add(new Operation<>(deed, call, call + random.nextInt(8), certain));
      }
      boolean holds = someOrderHolds(KeyModel.ISSUED, history);
      assertThat(holds()).as("%s", history).isEqualTo(holds);
      right += holds ? 1 : 0;
      wrong += holds ? 0 : 1;
    }
    assertThat(right).isGreaterThan(100);
    assertThat(wrong).isGreaterThan(100);
  }

  private static Deed anyDeed(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> new Switched(random.nextBoolean());
      case 1 -> new Rotated(1);
      case 2 -> new Revoked();
      case 3 -> saw("REVOKED");
      case 4 -> saw("EXPIRED");
      case 5 -> saw("KEY_INACTIVE");
      default -> new Verified(random.nextInt(2), "VALID");
    };
  }

  private static boolean someOrderHolds(State state, List<Operation<Deed>> left) {
    if (left.isEmpty()) {
      return true;
    }
    long firstEnd = left.stream().mapToLong(Operation::end).min().orElseThrow();
    for (Operation<Deed> next : left) {
      if (next.call() > firstEnd) {
        continue;
      }
      List<Operation<Deed>> rest = new ArrayList<>(left);
      rest.remove(next);
      if (!next.certain() && someOrderHolds(state, rest)) {
        return true;
      }
      for (State then : KeyModel.after(state, next.input())) {
        if (someOrderHolds(then, rest)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Histories of a key that does one thing after the other, with calls and ends spread around. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void tellsTrueHistoriesFromFalsified(long seed) {
    Random random = new Random(seed);
    State state = KeyModel.ISSUED;
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Deed deed = deed(random, state, i);
      state = KeyModel.after(state, deed).iterator().next();
      long at = i * 10L;
      did(deed, at - random.nextInt(60), at + random.nextInt(60));
      if (deed instanceof Verified) {
        seen.add(i);
      }
    }
    assertThat(holds()).isTrue();

    // one answer that no key can give: that of a secret which is long gone, or not yet made
    int falsified = seen.get(seen.size() / 2);
    Operation<Deed> one = history.get(falsified);
    history.set(
        falsified, new Operation<>(new Verified(1_000_000, "VALID"), one.call(), one.end(), true));
    assertThat(holds()).isFalse();
  }

  private static Deed deed(Random random, State state, int number) {
    int what = random.nextInt(20);
    if (what == 0) {
      return new Rotated(number + 1);
    }
    if (what <= 3) {
      return new Switched(random.nextBoolean());
    }
    return new Verified(state.secret(), state.active() ? "VALID" : "KEY_INACTIVE");
  }
}
