package org.apikeys.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Call CALL =
      Call.with("a-key-that-somebody-chose").from("203.0.113.9", null).to("GET", "/agents");

  private final FakeServer server = new FakeServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void asksTwiceAndThenDecidesByWhatWasLent() {
    try (ApiKeysClient client = listening()) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.verify(CALL).valid()).isTrue();
      }
      assertThat(server.asked).hasValue(2);
      assertThat(client.verify(CALL.needing("agents:read")).valid()).isTrue();
      assertThat(server.asked).hasValue(2);
    }
  }

  @Test
  void borrowsAsMuchAsIsUsedUp() {
    server.remaining = 1_000;
    try (ApiKeysClient client = listening()) {
      eventually(
          () -> {
            client.verify(CALL);
            return server.lent.contains(2) && server.lent.contains(4) && server.lent.contains(8);
          });
      assertThat(server.lent.get(0)).isZero();
      assertThat(server.lent).allMatch(lease -> lease <= 100);
    }
  }

  @Test
  void borrowsNothingForAKeyWhoseLimitIsNearlyReached() {
    server.remaining = 9;
    try (ApiKeysClient client = listening()) {
      for (int i = 0; i < 4; i++) {
        client.verify(CALL);
      }
      assertThat(server.lent).containsExactly(0, 0, 0, 0);
    }
  }

  @Test
  void keepsAllThatSeveralCallersHaveBorrowedAtOnce() throws IOException, InterruptedException {
    try (ApiKeysClient client = listening()) {
      client.verify(CALL);
      ApiKeysClient.Asking one = client.asking(CALL);
      ApiKeysClient.Asking other = client.asking(CALL);
      answer(one);
      Thread.sleep(5);
      answer(other);
      assertThat(server.lent).containsExactly(0, 1_000, 1_000);
      assertThat(IntStream.range(0, 3_000).filter(i -> client.tryVerify(CALL).isPresent()).count())
          .isEqualTo(2_000);
    }
  }

  private void answer(ApiKeysClient.Asking asking) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.uri().resolve(ApiKeysClient.Asking.PATH))
                    .POST(HttpRequest.BodyPublishers.ofString(asking.body()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(asking.answered(answer.statusCode(), answer.body()).valid()).isTrue();
  }

  @Test
  void asksAboutWhatTheLoanDoesNotCover() {
    try (ApiKeysClient client = listening()) {
      client.verify(CALL);
      client.verify(CALL);
      client.verify(CALL.needing("agents:write"));
      client.verify(CALL.bytes(101));
      client.verify(CALL.from("203.0.113.10", null));
      assertThat(server.asked).hasValue(5);
      client.verify(CALL.bytes(100));
      assertThat(server.asked).hasValue(5);
    }
  }

  @Test
  void trustsNothingThatIsOlderThanASecondWhenItHearsNothing() {
    try (ApiKeysClient client = listening()) {
      client.verify(CALL);
      client.verify(CALL);
      server.silent = true;
      eventually(
          () -> {
            client.verify(CALL);
            return server.asked.get() > 2;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"revoked", "changed", "reset"})
  void forgetsWhatHasChanged(String event) {
    try (ApiKeysClient client = listening()) {
      client.verify(CALL);
      client.verify(CALL);
      server.tell(event, event.equals("reset") ? "{\"at\":\"x\"}" : "{\"key_id\":\"key-7\"}");
      eventually(() -> count(client, "apikeys_client_revocations_heard_total") > 0);
      client.verify(CALL);
      assertThat(server.asked).hasValue(3);
    }
  }

  @Test
  void takesNothingThatWasLentBeyondItsEndThoughNoChangeIsHeard() {
    server.lentFor = Duration.ofSeconds(2);
    try (ApiKeysClient client = goingOn()) {
      client.verify(CALL);
      client.verify(CALL);
      long lentNanos = System.nanoTime();
      assertThat(client.verify(CALL).valid()).isTrue();
      assertThat(server.asked).hasValue(2);
      server.status = 503;
      eventually(() -> client.verify(CALL).status() == 503);
      assertThat(Duration.ofNanos(System.nanoTime() - lentNanos)).isLessThan(Duration.ofSeconds(4));
      server.status = 200;
      eventually(() -> client.verify(CALL).valid());
    }
  }

  @Test
  void rejectsWhatCanBeNoKeyWithoutAsking() {
    try (ApiKeysClient client = listening()) {
      for (String key :
          List.of(
              "",
              "short",
              "with a space in it",
              "x".repeat(257),
              "sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY55")) {
        assertThat(client.verify(Call.with(key)).code()).isEqualTo("MALFORMED");
      }
      assertThat(server.asked).hasValue(0);
      client.verify(Call.with("sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY54"));
      client.verify(Call.with("sk_live_of_another_system_0123456789"));
      assertThat(server.asked).hasValue(2);
    }
  }

  @Test
  void refusesWhenTheServerIsGoneUnlessItIsToldToGoOn() {
    try (ApiKeysClient strict = listening();
        ApiKeysClient lenient = goingOn()) {
      for (ApiKeysClient client : List.of(strict, lenient)) {
        client.verify(CALL);
        client.verify(CALL);
      }
      server.silent = true;
      server.status = 503;
      eventually(() -> strict.verify(CALL).status() == 503);
      assertThat(lenient.verify(CALL).valid()).isTrue();
      assertThat(lenient.verify(CALL.needing("agents:write")).status()).isEqualTo(503);
      assertThat(lenient.verify(Call.with("a-key-that-is-unknown")).status()).isEqualTo(503);
      eventually(() -> lenient.verify(CALL).status() == 503);
      server.silent = false;
      server.status = 200;
      eventually(() -> strict.verify(CALL).valid());
    }
  }

  @Test
  void goesOnWhenSomebodyHasDeletedAReport(@TempDir Path spool) throws IOException {
    server.status = 503;
    Metrics metrics = new Metrics();
    UsageSpool usage =
        new UsageSpool(new Server(server.uri(), new OwnKey("k"), LIMIT, null), spool, metrics);
    usage.add(Usage.of(7, CALL, null, 0, null));
    usage.flush();
    for (Path file : files(spool)) {
      Files.delete(file);
    }
    server.status = 200;
    usage.add(Usage.of(8, CALL, null, 0, null));
    usage.flush();
    assertThat(server.reports).hasSize(1);
    assertThat(metrics.read())
        .containsEntry("apikeys_client_dropped_reports_total", 1L)
        .containsEntry("apikeys_client_reported_total", 1L);
  }

  @Test
  void keepsReportsUntilTheyAreTaken(@TempDir Path folder) throws IOException {
    Path spool = folder.resolve("below");
    server.status = 503;
    UsageSpool first =
        new UsageSpool(
            new Server(server.uri(), new OwnKey("k"), LIMIT, null), spool, new Metrics());
    Outcome outcome = new Outcome(404, Duration.ofMillis(1500), 20);
    first.add(Usage.of(7, CALL, outcome, 0, null));
    first.add(Usage.of(7, CALL.to("GET", "/\"ä\\"), null, 0, "d9"));
    first.flush();
    assertThat(server.reports).isEmpty();
    assertThat(files(spool)).hasSize(1);

    server.status = 200;
    Metrics metrics = new Metrics();
    UsageSpool second =
        new UsageSpool(new Server(server.uri(), new OwnKey("k"), LIMIT, null), spool, metrics);
    second.flush();
    second.flush();
    assertThat(server.reports).hasSize(1);
    assertThat(server.reports.get(0))
        .contains("\"leased\":true", "\"status_code\":404", "\"response_time\":1.500000")
        .contains("\"decision_id\":\"d9\"", "\"endpoint\":\"/\\\"\\u00e4\\\\\"");
    assertThat(files(spool)).isEmpty();
    assertThat(metrics.read()).containsEntry("apikeys_client_reported_total", 2L);
  }

  @Test
  void reportsCallsThatCameToTheSameInOneRecord(@TempDir Path folder) throws IOException {
    Metrics metrics = new Metrics();
    Server taking = new Server(server.uri(), new OwnKey("k"), LIMIT, null);
    UsageSpool spool = new UsageSpool(taking, folder, metrics);
    spool.add(Usage.of(7, CALL, null, 1_000, null));
    spool.add(Usage.of(8, CALL, null, 1_001, null));
    spool.add(Usage.of(7, CALL, null, 1_004, null));
    spool.add(Usage.of(7, CALL.bytes(1), null, 1_005, null));
    spool.add(Usage.of(7, CALL, null, 1_250, null));
    spool.add(Usage.of(7, CALL, null, 61_001, null));
    spool.add(Usage.of(7, CALL, new Outcome(200, Duration.ZERO, 0), 1_006, null));
    server.status = 503;
    spool.flush();
    server.status = 200;
    new UsageSpool(taking, folder, metrics).flush();
    assertThat(server.reports).hasSize(1);
    assertThat(server.reports.get(0).lines())
        .hasSize(5)
        .anyMatch(
            line -> line.contains("\"at\":\"1970-01-01T00:00:01Z\"") && line.contains("[4,250]"))
        .anyMatch(line -> line.contains("\"at\":\"1970-01-01T00:01:01.001Z\""));
    assertThat(metrics.read()).containsEntry("apikeys_client_reported_total", 7L);
  }

  @Test
  void makesBatchesThatTheServerTakes() {
    UsageRecords records = new UsageRecords();
    for (int i = 0; i < 12_500; i++) {
      records.add(Usage.of(7, CALL, null, 0, null));
    }
    for (int key = 0; key < 1_001; key++) {
      records.add(Usage.of(key, CALL.bytes(1), null, 0, null));
    }
    List<UsageRecords.Batch> batches = records.batches();
    assertThat(batches).extracting(UsageRecords.Batch::calls).containsExactly(10_000, 3_497, 4);
    assertThat(batches)
        .allSatisfy(
            batch -> {
              List<String> lines = UsageRecords.split(batch.json());
              assertThat(lines).hasSizeLessThanOrEqualTo(1_000);
              assertThat(lines.stream().mapToInt(UsageRecords::calls).sum())
                  .isEqualTo(batch.calls());
            });
  }

  @Test
  void sendsAReportWhoseAnswerWasLostUnderTheSameId(@TempDir Path folder) throws IOException {
    server.losesReports = true;
    Server broken = new Server(server.uri(), new OwnKey("k"), LIMIT, null);
    UsageSpool first = new UsageSpool(broken, folder, new Metrics());
    first.add(Usage.of(7, CALL, null, 0, null));
    first.flush();
    server.losesReports = false;
    UsageSpool second = new UsageSpool(broken, folder, new Metrics());
    second.add(Usage.of(8, CALL, null, 0, null));
    second.flush();
    assertThat(server.reportIds).hasSize(3);
    assertThat(server.reportIds.get(0)).isNotBlank().isEqualTo(server.reportIds.get(1));
    assertThat(server.reports.get(0)).isEqualTo(server.reports.get(1));
    assertThat(server.reportIds.get(2)).isNotEqualTo(server.reportIds.get(1));
  }

  @Test
  void goesByTheKeyAloneWhenItsRestrictionsLookAtNothingElse() {
    server.variesBy = "";
    try (ApiKeysClient client = listening()) {
      client.verify(CALL);
      client.verify(CALL.from("203.0.113.10", "https://app.example.com/"));
      client.verify(CALL.from("203.0.113.11", null));
      assertThat(server.asked).hasValue(2);
    }
  }

  @Test
  void showsHowALimitStandsWithEachCallOfALoan() {
    server.remaining = 900;
    try (ApiKeysClient client = listening()) {
      Verdict.RateLimit limit = eventuallyHere(client).limit();
      assertThat(limit).isNotNull();
      // the server's figure counts nothing that it has lent
      assertThat(Objects.requireNonNull(limit).remaining()).isEqualTo(899);
    }
  }

  /** The first decision by what was lent. */
  private static Verdict eventuallyHere(ApiKeysClient client) {
    Instant end = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(end)) {
      Verdict here = client.tryVerify(CALL).orElse(null);
      if (here != null) {
        return here;
      }
      client.ask(CALL);
    }
    throw new AssertionError("nothing was lent");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private ApiKeysClient listening() {
    return heard(ApiKeysClient.of(server.uri(), "gateway").start());
  }

  private ApiKeysClient goingOn() {
    return heard(
        ApiKeysClient.of(server.uri(), "gateway")
            .failMode(FailMode.LAST_KNOWN)
            .staleLimit(Duration.ofSeconds(8))
            .start());
  }

  private static ApiKeysClient heard(ApiKeysClient client) {
    eventually(() -> count(client, "apikeys_client_revocation_connections_total") > 0);
    return client;
  }

  private static long count(ApiKeysClient client, String name) {
    return Objects.requireNonNull(client.metrics().read().get(name));
  }

  private interface Condition {
    boolean holds();
  }

  private static void eventually(Condition condition) {
    Instant end = Instant.now().plus(LIMIT);
    while (!condition.holds()) {
      assertThat(Instant.now()).as("waited long enough").isBefore(end);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
