package org.apikeys.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;

/**
 * A server that is killed while it works, again and again: every change that it acknowledged is
 * there with its record, and there is no record without its change. {@code
 * -Dapikeys.kill.rounds=50} does it oftener than every build.
 */
class KillIT {
  private static final System.Logger LOG = System.getLogger(KillIT.class.getName());
  private static final int ROUNDS = Integer.getInteger("apikeys.kill.rounds", 2);
  private static final int CLIENTS = 4;
  private static final String KEYS = "/api/v1/api-keys";

  private final Random random = new Random(ROUNDS);

  /** What the server has said that it did. */
  private record Acknowledged(Queue<Long> created, Queue<String> changed) {
    Acknowledged() {
      this(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    }
  }

  @Test
  void everyAcknowledgedChangeHasItsRecordAndNoRecordIsWithoutItsChange() throws Exception {
    int changes = 0;
    try (RunningServer server = RunningServer.named("killed").start()) {
      for (int round = 1; round <= ROUNDS; round++) {
        Tenant tenant = server.newTenant();
        Acknowledged acknowledged = workUntilKilled(server, tenant);
        server.restart();
        assertThat(acknowledged.created()).as("round %s did something", round).isNotEmpty();
        assertWhole(tenant, acknowledged);
        assertThat(
                server.admin().post(Log.AUDIT + "/verify").expect(200).at("/verified").asBoolean())
            .as("the log after round %s", round)
            .isTrue();
        changes += acknowledged.created().size() + acknowledged.changed().size();
        LOG.log(
            System.Logger.Level.INFO,
            "{0} kills, {1} acknowledged changes, none lost",
            round,
            changes);
      }
    }
  }

  private Acknowledged workUntilKilled(RunningServer server, Tenant tenant) throws Exception {
    Acknowledged acknowledged = new Acknowledged();
    Api admin = tenant.admin();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client = new Thread(() -> work(admin, acknowledged), "client " + i);
      client.start();
      clients.add(client);
    }
    Eventually.within(
        Duration.ofSeconds(60), () -> assertThat(acknowledged.changed().size()).isGreaterThan(10));
    Eventually.pause(random.nextInt(1_500));
    server.kill();
    for (Thread client : clients) {
      client.join();
    }
    return acknowledged;
  }

  /** Makes keys and changes each, until nobody answers. */
  private static void work(Api admin, Acknowledged acknowledged) {
    try {
      while (true) {
        Answer made = admin.post(KEYS, Map.of("name", Unique.name("killed")));
        if (made.status() != 201) {
          return;
        }
        long id = made.number("/id");
        acknowledged.created().add(id);
        String word = Unique.name("word");
        if (admin.put(KEYS + "/" + id, Map.of("description", word)).status() != 200) {
          return;
        }
        acknowledged.changed().add(word);
      }
    } catch (UncheckedIOException e) {
      // the server is gone
    }
  }

  private static void assertWhole(Tenant tenant, Acknowledged acknowledged) {
    Map<String, Long> created = new HashMap<>();
    Map<String, Long> changed = new HashMap<>();
    for (JsonNode event : events(tenant, "key.created")) {
      created.merge(event.at("/target/id").asText(), 1L, Long::sum);
    }
    for (JsonNode event : events(tenant, "key.updated")) {
      changed.merge(event.at("/changes/description/1").asText(), 1L, Long::sum);
    }
    Map<String, String> keys = keys(tenant);

    for (long id : acknowledged.created()) {
      assertThat(keys).as("an acknowledged key").containsKey("key-" + id);
    }
    for (String word : acknowledged.changed()) {
      assertThat(keys.values()).as("an acknowledged change").contains(word);
    }
    assertThat(created.keySet()).as("keys and their records").isEqualTo(keys.keySet());
    assertThat(created.values()).containsOnly(1L);
    assertThat(changed.keySet())
        .as("changes and their records")
        .containsExactlyInAnyOrderElementsOf(
            keys.values().stream().filter(word -> !word.isEmpty()).toList());
    assertThat(changed.values()).containsOnly(1L);
  }

  private static List<JsonNode> events(Tenant tenant, String action) {
    List<JsonNode> events = new ArrayList<>();
    String cursor = "";
    do {
      Answer page =
          tenant.admin().get(Log.AUDIT + "/events?size=200&action=" + action + cursor).expect(200);
      page.at("/events").forEach(events::add);
      JsonNode next = page.at("/next_cursor");
      cursor = next.isTextual() ? "&cursor=" + next.asText() : "";
    } while (!cursor.isEmpty());
    return events;
  }

  /** The description of every key, empty when it has none. */
  private static Map<String, String> keys(Tenant tenant) {
    Map<String, String> keys = new HashMap<>();
    long total;
    int page = 1;
    do {
      Answer answer = tenant.admin().get(KEYS + "?sort=id&size=200&page=" + page).expect(200);
      answer
          .at("/api_keys")
          .forEach(
              key ->
                  keys.put(
                      key.path("key_id").asText(),
                      key.path("description").isNull() ? "" : key.path("description").asText()));
      total = answer.number("/total");
      page++;
    } while (keys.size() < total);
    return keys;
  }
}
