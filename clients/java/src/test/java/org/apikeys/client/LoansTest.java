package org.apikeys.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.LongStream;
import org.apikeys.api.permission.HeldScopes;
import org.junit.jupiter.api.Test;

class LoansTest {
  private static final Call CALL = Call.with("a-key-that-somebody-chose");
  private static final long KEY = 7;

  private final Loans loans = new Loans(10);

  @Test
  void newsOfAnotherKeyLeavesWhatIsAskedForAndWhatIsKept() {
    long asked = System.nanoTime();
    loans.changed(KEY + 1);
    loans.keep(CALL, Set.of(), lent(asked));
    assertThat(loans.find(CALL)).isNotNull();
    loans.changed(KEY + 1);
    assertThat(loans.find(CALL)).isNotNull();
  }

  @Test
  void whatWasAskedForBeforeAChangeIsNotKeptHoweverLateItIsAnswered() {
    long longAgo = System.nanoTime() - 60_000_000_000L;
    loans.keep(CALL, Set.of(), lent(System.nanoTime()));
    loans.changed(KEY);
    assertThat(loans.find(CALL)).isNull();
    loans.keep(CALL, Set.of(), lent(longAgo));
    assertThat(loans.find(CALL)).isNull();
  }

  @Test
  void whatIsAskedForRightAfterAChangeMayBeOfANodeThatHasNotHeardOfIt() {
    loans.changed(KEY);
    loans.keep(CALL, Set.of(), lent(System.nanoTime() + 1_000_000_000));
    assertThat(loans.find(CALL)).isNull();
    loans.keep(CALL, Set.of(), lent(System.nanoTime() + 2_000_000_000));
    assertThat(loans.find(CALL)).isNotNull();
  }

  @Test
  void soManyChangesAreOneOfAllKeys() {
    loans.keep(CALL, Set.of(), lent(System.nanoTime()));
    loans.changed(KEY);
    LongStream.range(100, 11_000).forEach(loans::changed);
    loans.keep(CALL, Set.of(), lent(System.nanoTime()));
    assertThat(loans.find(CALL)).isNull();
    loans.keep(CALL, Set.of(), lent(System.nanoTime() + 2_000_000_000));
    assertThat(loans.find(CALL)).isNotNull();
  }

  private static Loan lent(long askedNanos) {
    VerifiedKey key =
        new VerifiedKey(
            KEY, "key-7", "n", 1, "o", "production", Set.of(), "", HeldScopes.NONE, "{}");
    return Loan.of(
        new Verdict("VALID", 200, key, null, null, 0, null),
        key,
        new Server.Lease(10, Long.MAX_VALUE, 100),
        askedNanos,
        1);
  }
}
