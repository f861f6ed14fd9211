package org.apikeys.audit;

import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.Orders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two people for a purge, and what a hold keeps from it. */
class PurgeRulesTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Caller ALICE = Orders.person(5, "alice", 1, "admin");
  private static final Caller BOB = Orders.person(6, "bob", 1, "admin");

  /** For whom a person speaks: themselves alone. */
  private static final Set<String> ALONE = Set.of("alice");

  private static final Set<String> OTHER = Set.of("bob");

  private static final Duration WEEK = Duration.ofDays(7);

  @Test
  void aPurgeIsRefusedByAnotherWithdrawnByWhoAskedOrOver() {
    AuditPurge rejected = new AuditPurge(ALICE, ALONE, NOON, NOON);
    refused(ProblemType.SELF_APPROVAL, () -> rejected.reject(ALICE, ALONE, "no", NOON));
    rejected.reject(BOB, OTHER, "not yet", NOON.plusSeconds(1));
    PurgeView view = rejected.view(NOON.plusSeconds(2));
    assertThat(view.status()).isEqualTo("rejected");
    assertThat(view.closedBy()).isEqualTo("bob");
    assertThat(view.closedAt()).isEqualTo(NOON.plusSeconds(1));
    assertThat(view.reason()).isEqualTo("not yet");
    refused(ProblemType.CONFLICT, () -> rejected.approve(BOB, OTHER, NOON));

    AuditPurge cancelled = new AuditPurge(ALICE, ALONE, NOON, NOON);
    refused(ProblemType.FORBIDDEN, () -> cancelled.cancel(BOB, NOON));
    cancelled.cancel(ALICE, NOON);
    assertThat(cancelled.view(NOON.plus(WEEK)).status()).isEqualTo("cancelled");
    refused(ProblemType.CONFLICT, () -> cancelled.reject(BOB, OTHER, "no", NOON));

    AuditPurge over = new AuditPurge(ALICE, ALONE, NOON, NOON);
    assertThat(over.view(NOON.plus(WEEK).minusMillis(1)).status()).isEqualTo("pending");
    assertThat(over.view(NOON.plus(WEEK)).status()).isEqualTo("expired");
    refused(ProblemType.CONFLICT, () -> over.approve(BOB, OTHER, NOON.plus(WEEK)));
  }

  @Test
  void aPurgeTakesASecondPersonAndHappensOnce() {
    AuditPurge purge = new AuditPurge(ALICE, ALONE, NOON, NOON.plusSeconds(1));
    assertThat(purge.before()).isEqualTo(NOON);
    assertThat(purge.view(NOON.plusSeconds(2)))
        .isEqualTo(
            new PurgeView(
                0,
                "purge",
                "pending",
                NOON,
                "alice",
                NOON.plusSeconds(1),
                NOON.plusSeconds(1).plus(WEEK),
                1,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null));
    refused(ProblemType.SELF_APPROVAL, () -> purge.approve(ALICE, ALONE, NOON));
    purge.approve(BOB, OTHER, NOON.plusSeconds(2));
    purge.purged(1, 300, "archive/some.zip");
    assertThat(purge.view(NOON.plusSeconds(2)))
        .isEqualTo(
            new PurgeView(
                0,
                "purge",
                "fulfilled",
                NOON,
                "alice",
                NOON.plusSeconds(1),
                NOON.plusSeconds(1).plus(WEEK),
                1,
                "bob",
                NOON.plusSeconds(2),
                1L,
                300L,
                "archive/some.zip",
                null,
                null,
                null));
    refused(ProblemType.CONFLICT, () -> purge.approve(BOB, OTHER, NOON));
  }

  @Test
  void nobodyDecidesWithAKeyWhatTheyAskedForWithAnother() {
    Caller carlsKey = Orders.key(9, "carl", "admin", "orgs:manage");
    AuditPurge asked = new AuditPurge(carlsKey, Set.of("carl", "alice"), NOON, NOON);
    Caller dorasKey = Orders.key(10, "dora", "admin", "orgs:manage");
    Set<String> behind = Set.of("dora", "Alice");
    refused(ProblemType.SELF_APPROVAL, () -> asked.approve(ALICE, ALONE, NOON));
    refused(ProblemType.SELF_APPROVAL, () -> asked.approve(dorasKey, behind, NOON));
    refused(ProblemType.SELF_APPROVAL, () -> asked.reject(dorasKey, behind, "no", NOON));
    asked.approve(dorasKey, Set.of("dora", "ali", "carl-2"), NOON);
    assertThat(asked.view(NOON).approvedBy()).isEqualTo("dora");
  }

  private static LegalHold hold(
      Caller by, @Nullable String subject, @Nullable Instant from, @Nullable Instant to) {
    return new LegalHold(by, new HoldOrder("case", "letter", subject, from, to), NOON);
  }

  @Test
  void aHoldKeepsWhatIsOfItsTimeAndSubject() {
    LegalHold all = hold(ALICE, null, null, null);
    assertThat(all.holds("user-5")).isTrue();
    assertThat(all.holdsBefore(Instant.MIN)).isTrue();
    LegalHold some = hold(ALICE, "user-5", NOON, NOON.plusSeconds(9));
    assertThat(some.holds("user-5")).isTrue();
    assertThat(some.holds("user-6")).isFalse();
    assertThat(some.holdsBefore(NOON)).as("up to where it begins").isFalse();
    assertThat(some.holdsBefore(NOON.plusMillis(1))).isTrue();
    assertThat(some.from()).isEqualTo(NOON);
    assertThat(some.to()).isEqualTo(NOON.plusSeconds(9));
    assertThat(some.name()).isEqualTo("case");
    assertThat(some.view())
        .isEqualTo(
            new HoldView(
                0, "case", "letter", "user-5", NOON, NOON.plusSeconds(9), 1, "alice", NOON));
  }

  @Test
  void aHoldIsSeenByItsOwnAndByTheDefaultOrganization() {
    Caller stranger = Orders.person(7, "sam", 900, "admin");
    assertThat(hold(stranger, null, null, null).isVisibleTo(stranger)).isTrue();
    assertThat(hold(stranger, null, null, null).isVisibleTo(ALICE)).isTrue();
    assertThat(hold(ALICE, null, null, null).isVisibleTo(stranger)).isFalse();
  }

  @Test
  void theDefaultOrganizationDecidesForTheInstallation() {
    Retention.requireOperator(ALICE);
    refused(
        ProblemType.FORBIDDEN,
        () -> Retention.requireOperator(Orders.person(7, "sam", 900, "admin")));
  }
}
