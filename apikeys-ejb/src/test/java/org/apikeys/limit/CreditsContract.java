package org.apikeys.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.limit.CreditRule.Refill;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Accounts and their ledgers, on a real store. */
interface CreditsContract {
  long KEY = 7;
  long OTHER = 8;
  Credits.Why WHY = new Credits.Why("admin", "a test");

  TestStore store();

  private TestServices services() {
    return new TestServices(store().emptied());
  }

  private static List<Credits.Entry> ledger(TestServices services) {
    return services.get(Credits.class).ledger(KEY, 1, 50).items();
  }

  @Test
  default void anAccountBeginsWithItsBalanceOrItsFirstFilling() {
    TestServices services = services();
    Credits credits = services.get(Credits.class);
    Instant now = services.clock().instant();
    credits.open(KEY, new CreditRule(null, new Refill(40L, "PT1H")), WHY);
    credits.open(OTHER, new CreditRule(null, null), WHY);

    assertThat(credits.look(KEY)).isEqualTo(new CreditState(40, now.plus(Duration.ofHours(1))));
    assertThat(credits.look(OTHER)).isEqualTo(new CreditState(0, null));
    assertThat(credits.look(9)).as("no account").isEqualTo(new CreditState(0, null));
    assertThat(ledger(services))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("id")
        .containsExactly(new Credits.Entry(0, "opened", 40, 40, "a test", "admin", now));
  }

  @Test
  default void whatWasCalledAlreadyIsPaidWithWhatIsThere() {
    TestServices services = services();
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(10L, null), WHY);
    credits.takeWhatIsThere(KEY, 4);
    assertThat(credits.look(KEY).balance()).isEqualTo(6);
    credits.takeWhatIsThere(KEY, 7);
    assertThat(credits.look(KEY).balance()).as("never below zero").isZero();
    credits.takeWhatIsThere(OTHER, 1);
    assertThat(credits.take(OTHER, 0))
        .isEqualTo(new Credits.Payment(false, new CreditState(0, null)));
  }

  @Test
  default void everyChangeFillsUpFirstWhenItIsTime() {
    TestServices services = services();
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(10L, new Refill(10L, "PT1H")), WHY);

    credits.take(KEY, 10);
    services.clock().forward(Duration.ofHours(1));
    credits.takeWhatIsThere(KEY, 10);
    services.clock().forward(Duration.ofHours(1));
    assertThat(credits.add(KEY, 5, WHY)).contains(new Credits.Moved(10, 15));
    credits.take(KEY, 15);
    services.clock().forward(Duration.ofHours(1));
    assertThat(credits.set(KEY, 3, WHY)).contains(new Credits.Moved(10, 3));
    services.clock().forward(Duration.ofHours(1));
    assertThat(credits.look(KEY).balance()).isEqualTo(10);
    credits.take(KEY, 9);
    services.clock().forward(Duration.ofHours(1));
    credits.refillBy(KEY, null);

    assertThat(credits.look(KEY)).as("for the last time").isEqualTo(new CreditState(10, null));
    assertThat(ledger(services))
        .extracting(Credits.Entry::kind, Credits.Entry::amount, Credits.Entry::balanceAfter)
        .map(Object::toString)
        .containsExactly(
            "(\"refilled\", 9L, 10L)",
            "(\"refilled\", 7L, 10L)",
            "(\"adjusted\", -7L, 3L)",
            "(\"refilled\", 10L, 10L)",
            "(\"topped_up\", 5L, 15L)",
            "(\"refilled\", 10L, 10L)",
            "(\"refilled\", 10L, 10L)",
            "(\"opened\", 10L, 10L)");
    assertThat(ledger(services).get(0).by()).isEqualTo("system");
    assertThat(ledger(services).get(0).reason()).isNull();
  }

  @Test
  default void anotherRuleCountsFromNowOn() {
    TestServices services = services();
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(2L, null), WHY);
    services.clock().forward(Duration.ofHours(5));
    credits.refillBy(KEY, new Refill(20L, "PT2H"));
    credits.refillBy(OTHER, new Refill(20L, "PT2H"));
    assertThat(credits.look(KEY))
        .isEqualTo(new CreditState(2, services.clock().instant().plus(Duration.ofHours(2))));
    services.clock().forward(Duration.ofHours(2));
    assertThat(credits.look(KEY).balance()).isEqualTo(20);
    assertThat(credits.look(OTHER)).isEqualTo(new CreditState(0, null));
  }

  @Test
  default void aBalanceStaysBetweenNothingAndTheMost() {
    TestServices services = services();
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(10L, null), WHY);
    assertThat(credits.add(KEY, -11, WHY)).isEmpty();
    assertThat(credits.add(KEY, -10, WHY)).contains(new Credits.Moved(10, 0));
    assertThat(credits.add(KEY, 0, WHY)).contains(new Credits.Moved(0, 0));
    assertThat(credits.add(KEY, CreditRule.MOST, WHY))
        .contains(new Credits.Moved(0, CreditRule.MOST));
    assertThat(credits.add(KEY, 1, WHY)).isEmpty();
    assertThat(credits.add(OTHER, 1, WHY)).as("no account").isEmpty();
    assertThat(credits.set(OTHER, 1, WHY)).isEmpty();
    credits.close(OTHER, WHY);
    assertThat(ledger(services))
        .extracting(Credits.Entry::kind)
        .containsExactly("topped_up", "adjusted", "adjusted", "opened");
    assertThat(credits.ledger(OTHER, 1, 5).total()).isZero();
  }

  @Test
  default void pagesTheLedger() {
    TestServices services = services();
    Credits credits = services.get(Credits.class);
    credits.open(KEY, new CreditRule(0L, null), WHY);
    for (int amount = 1; amount <= 4; amount++) {
      credits.add(KEY, amount, WHY);
    }
    assertThat(credits.ledger(KEY, 2, 2).items())
        .extracting(Credits.Entry::amount)
        .containsExactly(2L, 1L);
    assertThat(credits.ledger(KEY, 3, 2).items())
        .extracting(Credits.Entry::kind)
        .containsExactly("opened");
    assertThat(credits.ledger(KEY, 3, 2).total()).isEqualTo(5);
  }
}
