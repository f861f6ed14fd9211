package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Idempotency-Key} on what creates. */
@ExtendWith(SharedServer.class)
class IdempotencyIT {
  private static final String KEYS = "/api/v1/api-keys";

  private final Tenant tenant;

  IdempotencyIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void replaysTheOutcomeWithoutTheSecret() {
    String name = Unique.name("once");
    Map<String, String> body = Map.of("name", name);
    Api retrying = tenant.admin().header("Idempotency-Key", Unique.name("retry"));
    Answer first = retrying.post(KEYS, body).expect(201);
    Answer second = retrying.post(KEYS, body).expect(201);

    assertThat(second.number("/id")).isEqualTo(first.number("/id"));
    assertThat(second.at("/key").isNull()).isTrue();
    assertThat(second.at("/replayed").asBoolean()).isTrue();
    assertThat(second.body()).doesNotContain(first.text("/key"));
    assertThat(first.at("/replayed").asBoolean(false)).isFalse();
    assertThat(second.header("location")).isEqualTo(first.header("location"));
    assertThat(count(name)).isEqualTo(1);
  }

  @Test
  void refusesTheSameKeyWithAnotherBody() {
    Api retrying = tenant.admin().header("Idempotency-Key", Unique.name("retry"));
    retrying.post(KEYS, Map.of("name", Unique.name("one"))).expect(201);
    retrying
        .post(KEYS, Map.of("name", Unique.name("two")))
        .expectProblem(422, "IDEMPOTENCY_MISMATCH");
  }

  @Test
  void makesOneKeyOfConcurrentDuplicates() throws Exception {
    String name = Unique.name("parallel");
    Api retrying = tenant.admin().header("Idempotency-Key", Unique.name("retry"));
    List<Callable<Answer>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(() -> retrying.post(KEYS, Map.of("name", name)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(16);
    Set<Long> ids = new HashSet<>();
    int secrets = 0;
    try {
      for (Future<Answer> future : threads.invokeAll(calls)) {
        Answer answer = future.get();
        if (answer.status() == 409) {
          answer.expectProblem(409, "CONFLICT");
          continue;
        }
        ids.add(answer.expect(201).number("/id"));
        secrets += answer.at("/key").isTextual() ? 1 : 0;
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(ids).hasSize(1);
    assertThat(secrets).isEqualTo(1);
    assertThat(count(name)).isEqualTo(1);
  }

  @Test
  void keepsTheKeysOfTwoCallersApart() {
    String retry = Unique.name("retry");
    Map<String, String> body = Map.of("name", Unique.name("both"), "environment", "development");
    Answer admins = tenant.admin().header("Idempotency-Key", retry).post(KEYS, body).expect(201);
    Answer developers =
        tenant
            .person("developer")
            .api()
            .header("Idempotency-Key", retry)
            .post(KEYS, body)
            .expect(201);
    assertThat(developers.number("/id")).isNotEqualTo(admins.number("/id"));
    assertThat(developers.at("/key").isTextual()).isTrue();
  }

  @Test
  void forgetsARequestThatFailed() {
    Api retrying = tenant.admin().header("Idempotency-Key", Unique.name("retry"));
    retrying.post(KEYS, "{}").expectInvalid("name");
    Answer again = retrying.post(KEYS, "{}");
    again.expectInvalid("name");
  }

  @Test
  void worksForPeopleAndOrganizationsToo() {
    Api admin = tenant.server().admin();
    Map<String, String> organization = Map.of("name", Unique.name("org"));
    Api retrying = admin.header("Idempotency-Key", Unique.name("retry"));
    long first = retrying.post("/api/v1/organizations", organization).expect(201).number("/id");
    long second = retrying.post("/api/v1/organizations", organization).expect(201).number("/id");
    assertThat(second).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "wayTooLong"})
  void refusesAKeyThatIsNone(String retry) {
    String value = "wayTooLong".equals(retry) ? "x".repeat(300) : retry;
    tenant
        .admin()
        .header("Idempotency-Key", value)
        .post(KEYS, Map.of("name", Unique.name("once")))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  private long count(String name) {
    return tenant.admin().get(KEYS + "?q=" + name).expect(200).number("/total");
  }
}
