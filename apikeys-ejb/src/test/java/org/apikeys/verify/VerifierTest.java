package org.apikeys.verify;

import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.Orders;
import org.apikeys.key.SecretKeeper;
import org.apikeys.limit.Window;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Verifier.Explained;
import org.apikeys.verify.Verifier.Lent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call comes to, why, and what was counted for it. */
class VerifierTest {
  private static final long OURS = TestStore.DEFAULT;
  private static final Attempt ANY = new Attempt(null, null, null, null, 0);
  private static final String GUARDED =
      "{\"name\": \"guarded\", \"environment\": \"production\", \"scopes\": [\"agents:read\"],"
          + " \"restrictions\": {\"ip\": {\"allow\": [\"203.0.113.0/24\"]},"
          + " \"referrers\": [\"https://*.example.com/*\"]},"
          + " \"rate_limits\": {\"requests\": {\"per_minute\": 2, \"per_day\": 100},"
          + " \"payload_bytes\": 1000}}";

  private final TestServices services = new TestServices(TestStore.derby());

  @BeforeEach
  void empty() {
    TestStore.derby().emptied();
    services.get(ChangeReader.class).read();
  }

  private IssuedKey issued(String json) {
    return services.get(KeyIssuer.class).issue(admin(), Orders.from(json));
  }

  private static String limited(String requests) {
    return "{\"name\": \"limited\", \"rate_limits\": {\"requests\": {" + requests + "}}}";
  }

  private Decision decide(IssuedKey key, Attempt attempt) {
    return services.get(Verifier.class).decide(key.secret().reveal(), OURS, attempt);
  }

  private DecisionCode code(IssuedKey key) {
    return decide(key, ANY).code();
  }

  private Verifier.Explanation explain(IssuedKey key, Attempt attempt) {
    return services.get(Verifier.class).explain(key.secret().reveal(), OURS, attempt);
  }

  private static Attempt call(
      String environment, String ip, String referrer, String scope, long bytes) {
    return new Attempt(ScopeExpression.parse(scope), ip, referrer, environment, bytes);
  }

  private static List<DecisionCode> failed(Verifier.Explanation explanation) {
    return explanation.checks().stream()
        .filter(one -> Boolean.FALSE.equals(one.passed()))
        .map(Explained::check)
        .toList();
  }

  @Test
  void theFirstCheckThatFailsDecides() {
    IssuedKey key = issued(GUARDED);
    String here = "203.0.113.255";
    String page = "https://app.example.com/x";

    List<DecisionCode> codes = new ArrayList<>();
    for (Attempt attempt :
        List.of(
            call("staging", "203.0.114.0", "https://example.com/", "agents:write", 1001),
            call("production", "203.0.114.0", "https://example.com/", "agents:write", 1001),
            call("production", here, "https://example.com/", "agents:write", 1001),
            call("production", here, page, "agents:write", 1001),
            call("production", here, page, "agents:read", 1001),
            call("production", here, page, "agents:read", 1000))) {
      codes.add(decide(key, attempt).code());
    }

    assertThat(codes)
        .containsExactly(
            DecisionCode.ENVIRONMENT_MISMATCH,
            DecisionCode.IP_NOT_ALLOWED,
            DecisionCode.REFERRER_NOT_ALLOWED,
            DecisionCode.INSUFFICIENT_SCOPE,
            DecisionCode.PAYLOAD_TOO_LARGE,
            DecisionCode.VALID);
  }

  @Test
  void aDenialTakesNothingAndSaysHowTheKeyStands() {
    IssuedKey key = issued(GUARDED);
    Attempt wrong = call("staging", "203.0.113.1", "https://a.example.com/", "agents:read", 1);
    for (int i = 0; i < 5; i++) {
      Decision denied = decide(key, wrong);
      assertThat(denied.key()).isNotNull();
      assertThat(denied.allowance().window()).isEqualTo(Window.MINUTE);
      assertThat(denied.allowance().limit()).isEqualTo(2);
      assertThat(denied.allowance().remaining()).isEqualTo(2);
    }
    Attempt right = call("production", "203.0.113.1", "https://a.example.com/", "agents:read", 1);
    assertThat(decide(key, right).allowance().remaining()).isEqualTo(1);
    assertThat(decide(key, right).allowance().remaining()).isZero();

    Decision refused = decide(key, right);
    assertThat(refused.code()).isEqualTo(DecisionCode.RATE_LIMITED);
    assertThat(refused.allowance().window()).isEqualTo(Window.MINUTE);
    assertThat(refused.allowance().resetMillis())
        .isEqualTo(services.clock().instant().plus(Duration.ofMinutes(1)).toEpochMilli());
  }

  @Test
  void worksFromItsBeginningUntilItsEnd() {
    Instant begin = services.clock().instant().plusSeconds(10);
    Instant end = begin.plusSeconds(10);
    IssuedKey key =
        issued(
            "{\"name\": \"short\", \"not_before\": \"%s\", \"expires_at\": \"%s\"}"
                .formatted(begin, end));

    services.clock().set(begin.minusMillis(1));
    assertThat(code(key)).isEqualTo(DecisionCode.NOT_YET_VALID);
    services.clock().set(begin);
    assertThat(code(key)).isEqualTo(DecisionCode.VALID);
    services.clock().set(end.minusMillis(1));
    assertThat(code(key)).isEqualTo(DecisionCode.VALID);
    services.clock().set(end);
    assertThat(code(key)).isEqualTo(DecisionCode.EXPIRED);
  }

  @Test
  void aKeyThatIsSwitchedOffWorksAgainAndOneThatIsRevokedDoesNot() {
    IssuedKey key = issued("{\"name\": \"switched\"}");
    KeyKeeper keeper = services.get(KeyKeeper.class);
    long id = key.view().id();

    keeper.change(admin(), id, same -> same, false, null);
    assertThat(code(key)).isEqualTo(DecisionCode.KEY_INACTIVE);
    keeper.change(admin(), id, same -> same, true, null);
    assertThat(code(key)).isEqualTo(DecisionCode.VALID);
    keeper.change(admin(), id, same -> same, false, null);
    keeper.revoke(admin(), id, "left", null);
    assertThat(code(key)).as("the stronger reason").isEqualTo(DecisionCode.REVOKED);
  }

  @Test
  void anOldSecretWorksUntilItsOverlapEnds() {
    IssuedKey before = issued("{\"name\": \"rotated\"}");
    IssuedKey after =
        services
            .get(SecretKeeper.class)
            .rotate(admin(), before.view().id(), Duration.ofMinutes(10), null);
    Instant end = services.clock().instant().plus(Duration.ofMinutes(10));

    services.clock().set(end.minusMillis(1));
    assertThat(code(before)).isEqualTo(DecisionCode.VALID);
    services.clock().set(end);
    assertThat(code(before)).isEqualTo(DecisionCode.EXPIRED);
    assertThat(code(after)).isEqualTo(DecisionCode.VALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "short12", "with space in it", "tab\there and more", "k\u00e9y-with-accents"})
  void whatCanBeNobodysKeyIsMalformed(String presented) {
    Decision decision = services.get(Verifier.class).decide(presented, OURS, ANY);

    assertThat(decision.code()).isEqualTo(DecisionCode.MALFORMED);
    assertThat(decision.key()).isNull();
    assertThat(decision.allowance().window()).isNull();
  }

  @Test
  void valuesOfOtherFormsAreLookedUpWithinBounds() {
    Verifier verifier = services.get(Verifier.class);
    KeyCache cache = services.get(KeyCache.class);
    for (String never : List.of("1234567", "x".repeat(257), "12345678 ", "12345678\u007f")) {
      verifier.decide(never, OURS, ANY);
    }
    assertThat(cache.misses()).isZero();
    for (String maybe : List.of("12345678", "x".repeat(256), "!~!~!~!~")) {
      assertThat(verifier.decide(maybe, OURS, ANY).code()).isEqualTo(DecisionCode.MALFORMED);
    }
    assertThat(cache.misses()).isEqualTo(3);
  }

  @Test
  void anotherOrganizationsKeyIsNotThere() {
    IssuedKey key = issued("{\"name\": \"ours\"}");
    Verifier verifier = services.get(Verifier.class);

    assertThat(verifier.decide(key.secret().reveal(), 2, ANY).code())
        .isEqualTo(DecisionCode.NOT_FOUND);
    assertThat(verifier.decide(key.secret().reveal(), 2, ANY).key()).isNull();
    assertThat(verifier.decide(key.secret().reveal(), Verifier.ANY_ORGANIZATION, ANY).code())
        .isEqualTo(DecisionCode.VALID);
    assertThat(verifier.explain(key.secret().reveal(), 2, ANY).decision().code())
        .isEqualTo(DecisionCode.NOT_FOUND);
  }

  @Test
  void explainsEveryCheckAndCountsNothing() {
    IssuedKey key = issued(GUARDED);
    Attempt wrong = call("staging", "198.51.100.1", "https://example.com/", "agents:write", 1001);
    for (int i = 0; i < 3; i++) {
      Verifier.Explanation explanation = explain(key, wrong);
      assertThat(explanation.decision().code()).isEqualTo(DecisionCode.ENVIRONMENT_MISMATCH);
      assertThat(failed(explanation))
          .containsExactly(
              DecisionCode.ENVIRONMENT_MISMATCH,
              DecisionCode.IP_NOT_ALLOWED,
              DecisionCode.REFERRER_NOT_ALLOWED,
              DecisionCode.INSUFFICIENT_SCOPE,
              DecisionCode.PAYLOAD_TOO_LARGE);
    }
    Attempt right = call("production", "203.0.113.1", "https://a.example.com/", "agents:read", 1);
    assertThat(explain(key, right).decision().code()).isEqualTo(DecisionCode.VALID);
    assertThat(explain(key, right).decision().allowance().remaining()).isEqualTo(2);

    decide(key, right);
    decide(key, right);
    Verifier.Explanation full = explain(key, right);
    assertThat(full.decision().code()).isEqualTo(DecisionCode.RATE_LIMITED);
    assertThat(failed(full)).containsExactly(DecisionCode.RATE_LIMITED);
    assertThat(full.plugins()).isEmpty();
  }

  @Test
  void explainsWhatCouldNotBeLookedAt() {
    Verifier verifier = services.get(Verifier.class);
    Verifier.Explanation malformed = verifier.explain("short", OURS, ANY);
    assertThat(malformed.decision().code()).isEqualTo(DecisionCode.MALFORMED);
    assertThat(malformed.checks()).first().isEqualTo(new Explained(DecisionCode.MALFORMED, false));
    assertThat(malformed.checks().subList(1, malformed.checks().size()))
        .hasSize(15)
        .allSatisfy(one -> assertThat(one.passed()).isNull());

    IssuedKey gone = issued("{\"name\": \"gone\"}");
    TestStore.derby().emptied();
    Verifier.Explanation unknown =
        new TestServices(TestStore.derby())
            .get(Verifier.class)
            .explain(gone.secret().reveal(), OURS, ANY);
    assertThat(unknown.decision().code()).isEqualTo(DecisionCode.NOT_FOUND);
    assertThat(failed(unknown)).containsExactly(DecisionCode.NOT_FOUND);
    assertThat(unknown.checks()).first().isEqualTo(new Explained(DecisionCode.MALFORMED, true));
  }

  @Test
  void lendsWhatTheLimitsTakeUntilTheWindowEnds() {
    IssuedKey key = issued(limited("\"per_minute\": 10"));
    Decision decision = decide(key, ANY);
    Instant now = services.clock().instant();

    Lent some = lent(decision, 4);
    assertThat(some).isNotNull();
    assertThat(some.calls()).isEqualTo(4);
    assertThat(some.untilMillis()).isEqualTo(now.plus(Duration.ofMinutes(1)).toEpochMilli());
    assertThat(some.payloadBytes()).isEqualTo(Long.MAX_VALUE);
    Lent rest = lent(decision, 100);
    assertThat(rest).isNotNull();
    assertThat(rest.calls()).as("one was used, four were lent").isEqualTo(5);
    assertThat(lent(decision, 1)).isNull();
    assertThat(code(key)).isEqualTo(DecisionCode.RATE_LIMITED);
  }

  private @Nullable Lent lent(Decision decision, int wanted) {
    return services.get(Verifier.class).lend(decision, wanted);
  }

  @Test
  void lendsNoLongerThanTheKeyAndItsShortestWindow() {
    Instant end = services.clock().instant().plusSeconds(20);
    IssuedKey ending = issued("{\"name\": \"ending\", \"expires_at\": \"%s\"}".formatted(end));
    Lent lent = lent(decide(ending, ANY), 3);
    assertThat(lent).isNotNull();
    assertThat(lent.untilMillis()).isEqualTo(end.toEpochMilli());

    IssuedKey rotated = issued("{\"name\": \"rotated\"}");
    Instant over = services.clock().instant().plusSeconds(10);
    services
        .get(SecretKeeper.class)
        .rotate(admin(), rotated.view().id(), Duration.ofSeconds(10), null);
    Lent toTheOldSecret = lent(decide(rotated, ANY), 2);
    assertThat(toTheOldSecret).isNotNull();
    assertThat(toTheOldSecret.untilMillis()).isEqualTo(over.toEpochMilli());

    IssuedKey quick = issued(limited("\"per_second\": 5, \"per_minute\": 100"));
    Lent brief = lent(decide(quick, ANY), 2);
    assertThat(brief).isNotNull();
    assertThat(brief.untilMillis())
        .isEqualTo(services.clock().instant().plusSeconds(1).toEpochMilli());

    IssuedKey free = issued("{\"name\": \"free\", \"rate_limits\": {\"unlimited\": true}}");
    Lent longest = lent(decide(free, ANY), 2);
    assertThat(longest).isNotNull();
    assertThat(longest.untilMillis())
        .isEqualTo(services.clock().instant().plusSeconds(60).toEpochMilli());
  }

  @Test
  void lendsNothingWhereEveryCallHasToBeSeen() {
    IssuedKey open = issued("{\"name\": \"open calls\", \"rate_limits\": {\"concurrent\": 5}}");
    assertThat(decide(open, ANY).code()).isEqualTo(DecisionCode.VALID);
    assertThat(lent(decide(open, ANY), 1)).isNull();

    IssuedKey gone = issued("{\"name\": \"gone\"}");
    services.get(KeyKeeper.class).revoke(admin(), gone.view().id(), "left", null);
    Decision denied = decide(gone, ANY);
    assertThat(denied.code()).isEqualTo(DecisionCode.REVOKED);
    assertThat(lent(denied, 1)).isNull();
    assertThat(lent(services.get(Verifier.class).decide("no key of anybody", OURS, ANY), 1))
        .isNull();
  }

  @Test
  void tellsWhatMoreLimitsThanWindowsSay() {
    IssuedKey key =
        issued(
            "{\"name\": \"two at once\", \"rate_limits\": {\"requests\": {\"per_minute\": 5},"
                + " \"concurrent\": 2}}");
    List<DecisionCode> codes = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      codes.add(decide(key, new Attempt(null, null, null, null, 0, 1, i, null)).code());
    }
    assertThat(codes)
        .containsExactly(DecisionCode.VALID, DecisionCode.VALID, DecisionCode.CONCURRENCY_EXCEEDED);
    Verifier.Explanation full = explain(key, ANY);
    assertThat(failed(full)).containsExactly(DecisionCode.CONCURRENCY_EXCEEDED);
    assertThat(full.decision().code()).isEqualTo(DecisionCode.CONCURRENCY_EXCEEDED);
    assertThat(full.decision().allowance().remaining()).isEqualTo(3);
  }
}
