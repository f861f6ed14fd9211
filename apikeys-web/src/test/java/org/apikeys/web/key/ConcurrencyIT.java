package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ETag} and {@code If-Match}: two people who change one key at a time. */
@ExtendWith(SharedServer.class)
class ConcurrencyIT {
  private final Tenant tenant;

  ConcurrencyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void takesAChangeOfWhatIsStillThere() {
    IssuedKey key = tenant.key().issue();
    String etag = tenant.admin().get(key.path()).expect(200).requireHeader("etag");
    Answer changed = put(key, etag, "first").expect(200);
    assertThat(changed.requireHeader("etag")).isNotEqualTo(etag);
    put(key, changed.requireHeader("etag"), "second").expect(200);
  }

  @Test
  void refusesAChangeOfWhatHasChanged() {
    IssuedKey key = tenant.key().issue();
    String etag = tenant.admin().get(key.path()).expect(200).requireHeader("etag");
    put(key, etag, "first").expect(200);
    put(key, etag, "second").expectProblem(412, "PRECONDITION_FAILED");
    assertThat(tenant.admin().get(key.path()).text("/description")).isEqualTo("first");
    tenant
        .admin()
        .header("If-Match", etag)
        .delete(key.path())
        .expectProblem(412, "PRECONDITION_FAILED");
    assertThat(tenant.gateway().code(key)).isEqualTo("VALID");
  }

  @Test
  void isNotStaleByUse() {
    IssuedKey key = tenant.key().issue();
    String etag = tenant.admin().get(key.path()).expect(200).requireHeader("etag");
    tenant.gateway().verify(key);
    Eventually.within(
        Duration.ofSeconds(3),
        () -> assertThat(tenant.admin().get(key.path()).number("/usage_count")).isEqualTo(1));
    put(key, etag, "still").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"nonsense\"", "nonsense", "W/\"1\"", "\"\"", "\"v0\" \"v1\""})
  void refusesATagThatWasNeverGiven(String etag) {
    Answer answer = put(tenant.key().issue(), etag, "x");
    if (answer.status() == 400) {
      answer.expectAnyProblem();
    } else {
      answer.expectProblem(412, "PRECONDITION_FAILED");
    }
  }

  /** RFC 9110 section 13.1.1: a list asks for any of its members; weak ones match nothing. */
  @Test
  void takesAChangeOfAnyOfSeveralStates() {
    IssuedKey key = tenant.key().issue();
    String etag = tenant.admin().get(key.path()).expect(200).requireHeader("etag");
    put(key, "W/" + etag, "x").expectProblem(412, "PRECONDITION_FAILED");
    put(key, "W/" + etag + ", \"v999\"", "x").expectProblem(412, "PRECONDITION_FAILED");
    String changed =
        put(key, "\"v999\", " + etag + ",\"other\"", "first").expect(200).requireHeader("etag");
    put(key, etag + ", \"v999\"", "second").expectProblem(412, "PRECONDITION_FAILED");
    tenant
        .admin()
        .header("If-Match", "\"v999\"," + changed)
        .delete(key.path() + "?reason=over")
        .expect(200);
  }

  /** RFC 9110 section 5.3: several lines are one list. */
  @Test
  void takesStatesInSeveralLines() {
    IssuedKey key = tenant.key().issue();
    String etag = tenant.admin().get(key.path()).expect(200).requireHeader("etag");
    Map<String, String> change = Map.of("description", "x");
    tenant
        .admin()
        .header("If-Match", "\"v999\"")
        .header("If-Match", etag)
        .put(key.path(), change)
        .expect(200);
    tenant
        .admin()
        .header("If-Match", etag)
        .header("If-Match", "\"v999\"")
        .put(key.path(), change)
        .expectProblem(412, "PRECONDITION_FAILED");
  }

  @Test
  void takesAnyState() {
    put(tenant.key().issue(), "*", "x").expect(200);
  }

  @Test
  void letsOneOfManyWin() throws Exception {
    IssuedKey key = tenant.key().issue();
    String etag = tenant.admin().get(key.path()).expect(200).requireHeader("etag");
    List<Callable<Answer>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String description = "writer " + i;
      calls.add(() -> put(key, etag, description));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int won = 0;
    try {
      for (Future<Answer> future : threads.invokeAll(calls)) {
        Answer answer = future.get();
        if (answer.status() == 200) {
          won++;
        } else {
          answer.expectProblem(412, "PRECONDITION_FAILED");
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(won).isEqualTo(1);
  }

  private Answer put(IssuedKey key, String etag, String description) {
    return tenant
        .admin()
        .header("If-Match", etag)
        .put(key.path(), Map.of("description", description));
  }
}
