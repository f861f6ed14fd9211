package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.check.Expected;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.crypto.Secret;
import org.apikeys.permission.MadeSet;
import org.apikeys.permission.PermissionSetOrder;
import org.apikeys.permission.PermissionSets;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.junit.jupiter.api.Test;

/** A key from its issue to its end, as a verifier sees it. */
interface KeyLifeContract {
  Attempt ANY = new Attempt(null, null, null, null, 0);

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    services.get(ChangeReader.class).read();
    return services;
  }

  private static DecisionCode decide(TestServices services, Secret secret) {
    return services.get(Verifier.class).decide(secret.reveal(), TestStore.DEFAULT, ANY).code();
  }

  @Test
  default void livesFromIssueToRevocation() {
    TestServices services = services();
    KeyKeeper keeper = services.get(KeyKeeper.class);
    SecretKeeper secrets = services.get(SecretKeeper.class);
    Instant expiry = services.clock().instant().plus(Duration.ofDays(30));
    IssuedKey issued =
        services.get(KeyIssuer.class).issue(admin(), aKey("life").withExpiry(expiry));
    long id = issued.view().id();
    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.VALID);

    IssuedKey rotated = secrets.rotate(admin(), id, Duration.ofHours(1), null);
    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.VALID);
    services.clock().forward(Duration.ofHours(1));
    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.EXPIRED);
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.VALID);

    services.clock().forward(Duration.ofDays(30));
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.EXPIRED);
    keeper.renew(admin(), id, services.clock().instant().plus(Duration.ofDays(1)), null);
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, issued.secret())).as("retired").isEqualTo(DecisionCode.EXPIRED);

    keeper.change(admin(), id, present -> present, false, null);
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.KEY_INACTIVE);
    keeper.change(admin(), id, present -> present, true, null);
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.VALID);

    keeper.revoke(admin(), id, "over", null);
    assertThat(decide(services, rotated.secret())).isEqualTo(DecisionCode.REVOKED);
    assertThatThrownBy(() -> keeper.change(admin(), id, present -> present, true, null))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.CONFLICT));
  }

  @Test
  default void limitsCalls() {
    TestServices services = services();
    IssuedKey issued =
        services.get(KeyIssuer.class).issue(admin(), Orders.withLimit(aKey("limited"), 2L));

    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.VALID);
    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.RATE_LIMITED);
    services.clock().forward(Duration.ofMinutes(1));
    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.VALID);
  }

  @Test
  default void anOverlapNeverOutlivesTheKey() {
    TestServices services = services();
    Instant expiry = services.clock().instant().plus(Duration.ofMinutes(10));
    IssuedKey issued =
        services.get(KeyIssuer.class).issue(admin(), aKey("short").withExpiry(expiry));

    IssuedKey rotated =
        services
            .get(SecretKeeper.class)
            .rotate(admin(), issued.view().id(), Duration.ofDays(1), null);

    assertThat(rotated.previousExpiresAt()).isEqualTo(expiry);
  }

  @Test
  default void writesAllThatBelongsToAChangeWithIt() {
    TestServices services = services();
    long id = services.get(KeyIssuer.class).issue(admin(), aKey("whole")).view().id();
    KeyKeeper keeper = services.get(KeyKeeper.class);
    services.clock().forward(Duration.ofSeconds(1));
    Instant second = services.clock().instant();
    keeper.change(admin(), id, present -> Orders.withLimit(present, 7L), null, null);
    services.clock().forward(Duration.ofSeconds(1));
    keeper.revoke(admin(), id, null, null);

    assertThat(store().column("SELECT subject FROM change_feed ORDER BY id"))
        .containsExactly(id, id, id);
    assertThat(store().number("SELECT COUNT(*) FROM audit_outbox")).isEqualTo(3);
    KeyHistory history = services.get(KeyHistory.class);
    assertThat(history.versions(admin(), id, 1, 10).items())
        .extracting(KeyHistory.Version::version)
        .containsExactly(3L, 2L, 1L);
    assertThat(history.at(admin(), id, second))
        .hasValueSatisfying(then -> assertThat(then.configuration().rateLimit()).isEqualTo(7L));
    assertThat(history.at(admin(), id, second.minusMillis(1)))
        .hasValueSatisfying(then -> assertThat(then.version()).isEqualTo(1));
  }

  @Test
  default void aChangeOfNothingLeavesNothingBehind() {
    TestServices services = services();
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("same"));
    KeyView after =
        services
            .get(KeyKeeper.class)
            .change(admin(), issued.view().id(), present -> present, true, null);

    assertThat(after.version()).isEqualTo(issued.view().version());
    assertThat(store().number("SELECT COUNT(*) FROM api_key_version")).isEqualTo(1);
    assertThat(store().number("SELECT COUNT(*) FROM audit_outbox")).isEqualTo(1);
  }

  @Test
  default void anOldSecretIsRetiredOnce() {
    TestServices services = services();
    SecretKeeper secrets = services.get(SecretKeeper.class);
    long id = services.get(KeyIssuer.class).issue(admin(), aKey("old")).view().id();
    secrets.rotate(admin(), id, null, null);
    secrets.retire(admin(), id, 1);

    assertThatThrownBy(() -> secrets.retire(admin(), id, 1))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.CONFLICT));
    assertThat(store().number("SELECT COUNT(*) FROM audit_outbox")).isEqualTo(3);
  }

  @Test
  default void anEndCountsInTheHistoryBeforeItIsNoted() {
    TestServices services = services();
    Instant end = services.clock().instant().plus(Duration.ofMinutes(1));
    long id =
        services.get(KeyIssuer.class).issue(admin(), aKey("ends").withExpiry(end)).view().id();
    KeyHistory history = services.get(KeyHistory.class);

    assertThat(history.at(admin(), id, end)).map(KeyHistory.Version::status).hasValue("expired");
    assertThat(history.at(admin(), id, end.minusMillis(1)))
        .map(KeyHistory.Version::status)
        .hasValue("active");
    assertThat(history.versions(admin(), id, 1, 10).total()).isEqualTo(1);
  }

  @Test
  default void aSetThatGrowsGivesAKeyNothingThatItsTypeMayNotCarry() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    MadeSet made =
        sets.create(admin(), new PermissionSetOrder("ours", "d", List.of("agents:read")));
    IssuedKey issued =
        services
            .get(KeyIssuer.class)
            .issue(
                admin(),
                Orders.from(
                    "{\"name\": \"reader\", \"type\": \"read-only\","
                        + " \"permission_sets\": [\"ours\"]}"));
    long id = issued.view().id();
    sets.change(admin(), made.id(), new PermissionSetOrder("ours", "d", List.of("agents:*")), null);

    assertThat(services.get(KeySnapshots.class).find(issued.secret()))
        .get()
        .extracting(KeySnapshot::scopeNames)
        .isEqualTo("agents:read");
    assertThat(services.get(KeyReader.class).grants(admin(), id).warnings())
        .containsExactly("A key of the type read-only can't hold agents:write: it grants nothing.");
    KeyKeeper keeper = services.get(KeyKeeper.class);
    keeper.change(admin(), id, present -> present, false, null);
    assertThat(
            services
                .get(KeyProposals.class)
                .ofChange(
                    admin(),
                    id,
                    new KeyProposals.Wanted(
                        present -> Orders.with(present, Map.of("type", "service")), null, false),
                    null)
                .widened())
        .containsExactly("scopes");
  }

  @Test
  default void aPatternIsMoreThanWhatItComesToToday() {
    TestServices services = services();
    long id =
        services
            .get(KeyIssuer.class)
            .issue(admin(), Orders.withScopes(aKey("named"), "agents:read", "agents:write"))
            .view()
            .id();
    assertThat(widenedTo(services, id, "agents:*")).containsExactly("scopes");
    services
        .get(KeyKeeper.class)
        .change(admin(), id, present -> Orders.withScopes(present, "agents:*"), null, null);
    assertThat(widenedTo(services, id, "agents:*", "agents:read")).isEmpty();
    assertThat(widenedTo(services, id, "agents:read")).isEmpty();
  }

  private static List<String> widenedTo(TestServices services, long id, String... scopes) {
    return services
        .get(KeyProposals.class)
        .ofChange(
            admin(),
            id,
            new KeyProposals.Wanted(present -> Orders.withScopes(present, scopes), null, false),
            null)
        .widened();
  }

  @Test
  default void leavesNothingBehindWhenTheTransactionFails() {
    TestServices services = services();

    assertThatThrownBy(
            () ->
                store()
                    .inTransaction(
                        () -> {
                          services.get(KeyIssuer.class).issue(admin(), aKey("never"));
                          throw new IllegalStateException("the store fails");
                        }))
        .hasMessage("the store fails");

    for (String table :
        List.of("api_key", "key_secret", "api_key_version", "audit_outbox", "change_feed")) {
      assertThat(store().number("SELECT COUNT(*) FROM " + table)).as(table).isZero();
    }
  }

  @Test
  default void refusesAStaleChange() {
    TestServices services = services();
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("stale"));
    KeyKeeper keeper = services.get(KeyKeeper.class);
    long id = issued.view().id();
    keeper.change(admin(), id, present -> Orders.withLimit(present, 7L), null, null);

    assertThatThrownBy(() -> keeper.revoke(admin(), id, null, Expected.of(issued.view().version())))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.PRECONDITION_FAILED));
  }

  @Test
  default void anotherNodeHearsOfAChange() {
    TestServices services = services();
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("heard"));
    TestServices other = new TestServices(store());
    assertThat(decide(other, issued.secret())).isEqualTo(DecisionCode.VALID);

    services.get(KeyKeeper.class).revoke(admin(), issued.view().id(), null, null);
    assertThat(decide(other, issued.secret())).as("not heard yet").isEqualTo(DecisionCode.VALID);
    other.get(ChangeReader.class).read();

    assertThat(decide(other, issued.secret())).isEqualTo(DecisionCode.REVOKED);
  }

  @Test
  default void showsAPublishableKeyAgainAndNoSecretKey() {
    TestServices services = services();
    KeyIssuer issuer = services.get(KeyIssuer.class);
    KeyValues values = services.get(KeyValues.class);
    IssuedKey publishable =
        issuer.issue(
            admin(),
            Orders.from(
                "{\"name\": \"p\", \"publishable\": true, \"environment\": \"development\"}"));
    IssuedKey secret = issuer.issue(admin(), aKey("s"));

    assertThat(values.reveal(admin(), publishable.view().id()).secret().reveal())
        .isEqualTo(publishable.secret().reveal());
    assertThatThrownBy(() -> values.reveal(admin(), secret.view().id()))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.CONFLICT));
    assertThat(store().number("SELECT COUNT(*) FROM audit_outbox")).isEqualTo(3);
  }

  @Test
  default void stopsTheKeysOfADisabledOwner() {
    TestServices services = services();
    IssuedKey issued = services.get(KeyIssuer.class).issue(admin(), aKey("owned"));
    store().execute("UPDATE person SET is_active = FALSE");

    assertThat(decide(services, issued.secret())).isEqualTo(DecisionCode.KEY_INACTIVE);
    KeyReader reader = services.get(KeyReader.class);
    assertThat(reader.warnings(reader.read(admin(), issued.view().id())))
        .containsExactly("The owner admin is disabled: the key does not work until that ends.");
  }

  @Test
  default void issuesKeysForManyAtOnce() throws Exception {
    TestServices services = new TestServices(store().emptied());
    KeyIssuer issuer = services.get(KeyIssuer.class);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int number = thread;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 250; i++) {
                    issuer.issue(admin(), Orders.aKey("key " + number + " " + i));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get(1, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(store().number("SELECT COUNT(*) FROM api_key")).isEqualTo(1_000);
  }
}
