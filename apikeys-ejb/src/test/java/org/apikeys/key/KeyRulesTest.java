package org.apikeys.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.limit.RateLimits;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRulesTest {
  private final TestServices services = new TestServices(TestStore.derby());
  private final KeyRules rules = services.get(KeyRules.class);

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type': 'temporary', 'expires_at': '2026-03-02T12:00:02Z' | expires_at",
        "'type': 'emergency', 'expires_at': '2026-03-01T13:00:02Z' | expires_at",
        "'type': 'unheard-of' | type",
        "'type': 'read-only', 'scopes': ['agents:write'] | scopes",
        "'type': 'read-only', 'permission_sets': ['read-write'] | scopes",
        "'type': 'web' | restrictions.referrers",
        "'publishable': true | restrictions",
        "'publishable': true, 'restrictions': {'ip': {'allow': ['0.0.0.0/0']}} | restrictions",
        "'publishable': true, 'restrictions': {'ip': {'allow': ['::/0', '192.0.2.1']}} | restrictions",
        "'publishable': true, 'restrictions': {'ip': {'allow': ['128.0.0.0/1', '0.0.0.0/1']}} | restrictions",
        "'publishable': true, 'restrictions': {'ip': {'allow': ['::/1', '8000::/1']}} | restrictions",
        "'scopes': ['nobody:names'] | scopes[0]",
        "'scopes': ['agents:read', 'Not A Scope'] | scopes[1]",
        "'permission_sets': ['unheard-of'] | permission_sets[0]",
        "'expires_at': '2026-03-01T12:00:00Z' | expires_at",
        "'expires_at': '2226-03-01T12:00:00Z' | expires_at",
        "'expires_at': '2026-04-01T00:00:00Z', 'not_before': '2026-04-01T00:00:00Z' | expires_at",
        "'rate_limit': 5, 'rate_limits': {'requests': {'per_minute': 6}} | rate_limit",
        "'rate_limit': 5, 'rate_limits': {'requests': {'per_hour': 5}} | rate_limit",
        "'rate_limit': 0 | rate_limit",
        "'rate_limit': 5, 'unlimited': true | unlimited",
        "'rate_limit': 5, 'rate_limits': {'unlimited': true} | rate_limits.unlimited",
        "'rate_limits': {'concurrent': 0} | rate_limits.concurrent",
        "'rate_limits': {'burst': {'enabled': true}} | rate_limits.burst.max_burst",
        "'rate_limits': {'burst': {'max_burst': 0}} | rate_limits.burst.max_burst",
        "'rate_limits': {'burst': {'max_burst': 5, 'burst_window': 0}} | rate_limits.burst.burst_window",
        "'rate_limits': {'bandwidth': {'upload_mbps': 0}} | rate_limits.bandwidth.upload_mbps",
        "'rate_limits': {'algorithm': 'leaky'} | rate_limits.algorithm",
        "'rate_limits': {'concurrent': 5, 'unlimited': true} | rate_limits.unlimited",
        "'resource_limits': {'db': {'limit': -1}} | resource_limits[db].limit",
        "'resource_limits': {'db': {'window': 'P1D'}} | resource_limits[db].limit",
        "'resource_limits': {'db': {'limit': 1, 'window': 'P1DT1H'}} | resource_limits[db].window",
        "'credits': {} | credits.balance",
        "'credits': {'balance': -1} | credits.balance",
        "'credits': {'balance': 1, 'refill': {'amount': 0, 'interval': 'P1M'}} | credits.refill.amount",
        "'credits': {'balance': 1, 'refill': {'amount': 1}} | credits.refill.interval",
        "'environment': 'moon' | environment",
        "'metadata': {'deep': {}} | metadata",
        "'tags': ['a b'] | tags[0]",
        "'rotation': {'every': '90 days'} | rotation.every",
        "'rotation': {'every': 'P365D', 'overlap': 'P91D'} | rotation.overlap",
        "'rotation': {'every': 'P365D', 'overlap': 'PT2161H'} | rotation.overlap",
        "'rotation': {'every': 'P7D', 'overlap': 'P8D'} | rotation.overlap",
        "'rotation': {'every': 'PT6H', 'overlap': 'P1D'} | rotation.overlap",
      })
  void refusesWithTheField(String fields, String field) {
    assertThatThrownBy(() -> rules.complete(1, Orders.from(json("{'name': 'k', " + fields + "}"))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).extracting(FieldError::field).contains(field));
  }

  @Test
  void completesWhatWasLeftToTheSystem() {
    KeyConfiguration key = rules.complete(1, Orders.aKey("k"));

    assertThat(key.type()).isEqualTo("service");
    assertThat(key.environment()).isEqualTo("production");
    assertThat(key.limits()).isEqualTo(RateLimits.DEFAULT);
    assertThat(key.rateLimit()).isEqualTo(100);
    assertThat(key.expiresAt()).isNull();
  }

  private LifeRules.Begun madeNow() {
    return new LifeRules.Begun(services.clock().instant(), false);
  }

  /** A change of a key that was made now. */
  private KeyConfiguration changed(String before, String fields) {
    KeyConfiguration present = rules.complete(1, Orders.from(json("{'name': 'k'" + before + "}")));
    Map<?, ?> change = Json.read(json("{" + fields + "}"), Map.class);
    ObjectNode merged = Json.MAPPER.valueToTree(present);
    change.forEach((name, value) -> merged.set((String) name, Json.MAPPER.valueToTree(value)));
    return rules.changed(1, present, Orders.from(Json.write(merged)), madeNow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | 'type': 'temporary' | expires_at",
        ", 'expires_at': '2027-03-01T12:00:00Z' | 'type': 'temporary' | expires_at",
        ", 'type': 'temporary' | 'expires_at': null | expires_at",
        ", 'type': 'temporary', 'not_before': '2027-03-01T12:00:00Z' | 'not_before': null | expires_at",
        ", 'expires_at': '2026-04-01T00:00:00Z' | 'not_before': '2026-04-02T00:00:00Z' | not_before",
        "`` | 'rotation': {'every': 'P365D', 'overlap': 'P91D'} | rotation.overlap",
        ", 'scopes': ['agents:write'] | 'type': 'read-only' | scopes",
      })
  void aChangeKeepsTheRulesOfTheType(String before, String fields, String field) {
    assertThatThrownBy(() -> changed(before, fields))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly(field));
  }

  @Test
  void aChangeIsJudgedOnWhatItChanges() throws IOException {
    KeyConfiguration before = rules.complete(1, Orders.from(json("{'name': 'k'}")));
    KeyRules stricter =
        rulesWithTypes(
            "{'service': {'category': 'application', 'description': 'd', 'requires': ['ip'],"
                + " 'longest_life': 'PT24H', 'reading_only': true}}");
    KeyConfiguration tagged = Orders.with(before, Map.of("tags", List.of("t")));

    assertThat(stricter.changed(1, before, tagged, madeNow()).tags()).containsExactly("t");
  }

  @Test
  void aLifeThatHasBegunIsRenewedFromNow() {
    KeyConfiguration begun =
        rules.complete(
            1,
            Orders.from(
                json("{'name': 'k', 'type': 'temporary', 'not_before': '2026-02-01T00:00:00Z'}")));
    Instant now = services.clock().instant();
    assertThat(begun.expiresAt()).isEqualTo(now.plus(Duration.ofHours(24)));
    assertThat(
            rules
                .changed(1, begun, begun.withExpiry(now.plus(Duration.ofHours(20))), madeNow())
                .expiresAt())
        .isEqualTo(now.plus(Duration.ofHours(20)));
  }

  /** A key of the type is renewed ten minutes before its end, or begun anew by a change. */
  private void prolonged(String type, boolean renewed) {
    LifeRules.Begun life = new LifeRules.Begun(services.clock().instant(), renewed);
    KeyConfiguration key =
        rules.complete(1, Orders.from(json("{'name': 'k', 'type': '" + type + "'}")));
    Instant end = Objects.requireNonNull(key.expiresAt());
    services.clock().set(end.minus(Duration.ofMinutes(10)));
    Map<String, String> later = new HashMap<>();
    later.put("expires_at", end.plus(Duration.ofMinutes(10)).toString());
    if (!renewed) {
      later.put("not_before", end.minus(Duration.ofMinutes(5)).toString());
    }
    rules.changed(1, key, Orders.with(key, later), life);
  }

  @ParameterizedTest
  @CsvSource({"temporary, true", "emergency, true", "temporary, false"})
  void aTypeOfOneLifeIsNotRenewedBeyondIt(String type, boolean renewed) {
    assertThatThrownBy(() -> prolonged(type, renewed))
        .hasMessageContaining("a key of the type " + type + " lives at most");
  }

  @Test
  void aTemporaryKeyLivesADay() {
    assertThat(
            rules.complete(1, Orders.from(json("{'name': 'k', 'type': 'temporary'}"))).expiresAt())
        .isEqualTo(services.clock().instant().plus(Duration.ofHours(24)));
  }

  @ParameterizedTest
  @CsvSource({"PT24H, 24 hours", "PT1H, 1 hour", "P90D, 90 days", "PT90M, PT1H30M"})
  void howLongATypeLivesIsSaidInWords(String longest, String words) throws IOException {
    KeyRules strict =
        rulesWithTypes(
            "{'service': {'category': 'application', 'description': 'd', 'longest_life': '"
                + longest
                + "'}}");
    assertThatThrownBy(
            () ->
                strict.complete(
                    1, Orders.from(json("{'name': 'k', 'expires_at': '2027-03-01T12:00:00Z'}"))))
        .hasMessageEndingWith("a key of the type service lives at most " + words);
  }

  @Test
  void aGivenLimitReplacesTheDefaultsWhole() {
    assertThat(rules.complete(1, Orders.from(json("{'name': 'k', 'rate_limit': 5}"))).limits())
        .isEqualTo(RateLimits.perMinute(5));
  }

  @Test
  void aTypeHasLimitsOfItsOwnForWhoNamesNone() throws IOException {
    KeyRules own =
        rulesWithTypes(
            "{'service': {'category': 'application', 'description': 'd',"
                + " 'rate_limits': {'requests': {'per_hour': 7}, 'concurrent': 2}}}");
    RateLimits limits = own.complete(1, Orders.aKey("k")).limits();
    assertThat(limits.windows().hour()).isEqualTo(7);
    assertThat(limits.concurrent()).isEqualTo(2);
    assertThat(limits.perMinute()).isNull();
    assertThat(own.complete(1, Orders.from(json("{'name': 'k', 'rate_limit': 5}"))).limits())
        .isEqualTo(RateLimits.perMinute(5));
    assertThatThrownBy(
            () ->
                rulesWithTypes(
                    "{'service': {'category': 'application', 'description': 'd',"
                        + " 'rate_limits': {'concurrent': 0}}}"))
        .hasStackTraceContaining("service.rate_limits.concurrent");
  }

  @Test
  void aFileOfTypesThatIsNotThereIsToldAtTheStart() {
    Map<String, String> missing =
        Map.of("apikeys.key-types", TestStore.newFolder().resolve("types.json").toString());
    assertThatThrownBy(
            () ->
                new TestServices(TestStore.derby().emptied(), missing).get(KeyUpkeep.class).check())
        .hasStackTraceContaining("The file of apikeys.key-types can't be read");
  }

  private static KeyRules rulesWithTypes(String types) throws IOException {
    Path file = TestStore.newFolder().resolve("types.json");
    Files.writeString(file, json(types));
    return new TestServices(
            TestStore.derby().emptied(), Map.of("apikeys.key-types", file.toString()))
        .get(KeyRules.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'requests': {}}", "{'payload_bytes': 5}", "{'algorithm': 'fixed'}"})
  void whoNamesNoWindowGetsTheStandardOnes(String limits) {
    RateLimits given =
        rules
            .complete(1, Orders.from(json("{'name': 'k', 'rate_limits': " + limits + "}")))
            .limits();

    assertThat(given.windows()).isEqualTo(RateLimits.DEFAULT.windows());
    assertThat(given.hasNoLimit()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'unlimited': true", "'rate_limits': {'unlimited': true}"})
  void noLimitIsSaidByNameAndKeptAtRest(String fields) {
    KeyConfiguration key = rules.complete(1, Orders.from(json("{'name': 'k', " + fields + "}")));
    KeyConfiguration stored = Json.read(Json.write(key), KeyConfiguration.class);

    assertThat(key.limits().hasNoLimit()).isTrue();
    assertThat(key.unlimited()).isTrue();
    assertThat(stored).isEqualTo(key);
  }

  @Test
  void aPublishableKeyIsRestrictedByANetwork() {
    assertThat(
            rules
                .complete(
                    1,
                    Orders.from(
                        json(
                            "{'name': 'k', 'publishable': true, 'restrictions': {'ip': {'allow':"
                                + " ['128.0.0.0/1', '0.0.0.0/2', '2001:db8::/32']}}}")))
                .publishable())
        .isTrue();
  }

  @Test
  void aPublishableKeyIsFreeOutsideOfProduction() {
    assertThat(
            rules
                .complete(
                    1,
                    Orders.from(
                        json("{'name': 'k', 'publishable': true, 'environment': 'staging'}")))
                .publishable())
        .isTrue();
  }
}
