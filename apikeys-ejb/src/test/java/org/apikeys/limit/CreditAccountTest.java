package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apikeys.limit.CreditRule.Refill;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Paid to the last credit, and filled up when it is time. */
class CreditAccountTest {
  private static final Instant JANUARY = Instant.parse("2027-01-31T10:00:00Z");
  private static final Instant FEBRUARY = Instant.parse("2027-02-28T10:00:00Z");

  private final CreditAccount account = new CreditAccount(7, 10);

  @Test
  void paysToTheLastCredit() {
    assertThat(account.tryTake(11)).isFalse();
    assertThat(account.tryTake(4)).isTrue();
    assertThat(account.tryTake(6)).isTrue();
    assertThat(account.state()).isEqualTo(new CreditState(0, null));
    assertThat(account.tryTake(1)).isFalse();
    account.set(3);
    assertThat(account.balance()).isEqualTo(3);
  }

  @Test
  void oneWithoutARefillIsNeverFilledUp() {
    assertThat(account.isRefillDue(Instant.MAX)).isFalse();
    assertThat(account.refillDue(FEBRUARY)).isZero();
  }

  @Test
  void isFilledUpAtItsTimeAndOnce() {
    account.refillBy(new Refill(12L, "P1M"), JANUARY);
    assertThat(account.state().refillAt()).isEqualTo(FEBRUARY);
    assertThat(account.isRefillDue(FEBRUARY.minusMillis(1))).isFalse();
    assertThat(account.refillDue(FEBRUARY.minusMillis(1))).isZero();

    assertThat(account.isRefillDue(FEBRUARY)).isTrue();
    assertThat(account.balance()).as("and is not yet").isEqualTo(10);
    assertThat(account.refillDue(FEBRUARY)).isEqualTo(2);
    assertThat(account.refillDue(FEBRUARY)).isZero();
    assertThat(account.state())
        .isEqualTo(new CreditState(12, Instant.parse("2027-03-31T10:00:00Z")));
  }

  @Test
  void whatIsMoreThanTheRefillStays() {
    account.refillBy(new Refill(5L, "P1M"), JANUARY);
    assertThat(account.refillDue(FEBRUARY)).isZero();
    assertThat(account.balance()).isEqualTo(10);
    assertThat(account.isRefillDue(FEBRUARY)).as("it was its time all the same").isFalse();
  }

  @Test
  void whatWasMissedIsNotMadeUpFor() {
    account.refillBy(new Refill(12L, "P1D"), JANUARY);
    assertThat(account.refillDue(Instant.parse("2027-02-05T09:00:00Z"))).isEqualTo(2);
    assertThat(account.state().refillAt()).isEqualTo("2027-02-05T10:00:00Z");
    account.refillBy(null, FEBRUARY);
    assertThat(account.state().refillAt()).isNull();
    assertThat(account.isRefillDue(Instant.MAX)).isFalse();
  }

  @Test
  void aClockThatWasAheadPutsOffNoRefill() {
    account.refillBy(new Refill(12L, "P1M"), JANUARY);
    assertThat(account.refillDue(Instant.parse("2029-05-05T10:00:00Z"))).isEqualTo(2);
    account.tryTake(12);

    assertThat(account.refillDue(FEBRUARY.minusMillis(1))).as("not before its time").isZero();
    assertThat(account.state().refillAt()).isEqualTo(FEBRUARY);
    assertThat(account.refillDue(FEBRUARY)).isEqualTo(12);
  }

  @Test
  void anAccountThatWasOpenedByAClockThatWasAheadIsFilledUpWithinAnInterval() {
    Instant opened = Instant.parse("2029-05-31T10:30:00Z");
    account.refillBy(new Refill(12L, "P1D"), opened);
    assertThat(account.refillDue(JANUARY)).isZero();
    assertThat(account.state().refillAt()).isEqualTo("2027-01-31T10:30:00Z");
    assertThat(account.refillDue(Instant.parse("2027-01-31T10:30:00Z"))).isEqualTo(2);
    assertThat(account.state().refillAt()).isEqualTo("2027-02-01T10:30:00Z");
  }

  private static CreditRule rule(@Nullable Long balance, @Nullable Refill refill) {
    return new CreditRule(balance, refill);
  }

  @Test
  void creditsAreWithinOthersWhenTheyPayForNoMore() {
    Refill monthly = new Refill(10L, "P1M");
    assertThat(CreditRule.isWithin(rule(5L, null), null)).as("others pay nothing").isTrue();
    assertThat(CreditRule.isWithin(null, rule(5L, null))).isFalse();
    assertThat(CreditRule.isWithin(rule(5L, null), rule(5L, null))).isTrue();
    assertThat(CreditRule.isWithin(rule(6L, null), rule(5L, null))).isFalse();
    assertThat(CreditRule.isWithin(rule(null, null), rule(null, null))).isTrue();
    assertThat(CreditRule.isWithin(rule(1L, null), rule(null, null))).isFalse();
    assertThat(CreditRule.isWithin(rule(5L, monthly), rule(5L, null))).isFalse();
    assertThat(CreditRule.isWithin(rule(5L, monthly), rule(5L, monthly))).isTrue();
    assertThat(CreditRule.isWithin(rule(5L, new Refill(11L, "P1M")), rule(5L, monthly))).isFalse();
    assertThat(CreditRule.isWithin(rule(5L, new Refill(9L, "P1D")), rule(5L, monthly))).isFalse();
    assertThat(rule(5L, monthly).withBalance(3)).isEqualTo(rule(3L, monthly));
  }

  @Test
  void quotasAreWithinOthersWhenNoneOfThoseIsWidened() {
    Map<String, MeterLimit> ten = Map.of("pages", new MeterLimit(10L, "P1M"));
    assertThat(MeterLimit.areWithin(ten, null)).isTrue();
    assertThat(MeterLimit.areWithin(null, Map.of())).isTrue();
    assertThat(MeterLimit.areWithin(null, ten)).isFalse();
    assertThat(MeterLimit.areWithin(Map.of(), ten)).isFalse();
    assertThat(MeterLimit.areWithin(ten, ten)).isTrue();
    assertThat(MeterLimit.areWithin(Map.of("pages", new MeterLimit(11L, "P1M")), ten)).isFalse();
    assertThat(MeterLimit.areWithin(Map.of("pages", new MeterLimit(9L, "P1D")), ten)).isFalse();
  }
}
