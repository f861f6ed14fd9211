package org.apikeys.web.fault;

import static org.apikeys.web.server.Measured.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Tenant;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.Test;

/**
 * A day in small: everything that is done all the time, for half an hour ({@code -Dload.minutes}
 * for longer), after which a server holds as much memory, as many threads and as many files as it
 * held once it was warm.
 */
class LoadCampaign {
  private static final String LOAD = "load";
  private static final int MINUTES = Integer.getInteger("load.minutes", 30);
  private static final int KEYS = 300;
  private static final int SAMPLES = 30;

  /** The last line of a histogram: instances, and bytes. */
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

  /** At a moment: bytes of living objects, threads, open files and connections. */
  private record Sample(long bytes, int threads, int handles) {}

  /** What is left after a full collection. */
  private static long livingBytes(RunningServer server) {
    try {
      String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      Process process =
          new ProcessBuilder(jcmd, Long.toString(server.pid()), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher total = TOTAL.matcher(said);
      assertThat(total.find()).as(said).isTrue();
      return Long.parseLong(total.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer keysLife(Api admin) {
    Answer made = admin.post("/api/v1/api-keys", Map.of("name", Unique.name("load")));
    if (made.status() != 201) {
      return made;
    }
    String path = "/api/v1/api-keys/" + made.number("/id");
    admin.put(path, Map.of("description", Unique.name("changed")));
    admin.post(path + "/rotate", Map.of("overlap", "PT1H"));
    admin.get(path + "/usage");
    return admin.delete(path);
  }

  @Test
  void holdsNoMoreAfterwards() {
    try (RunningServer server = RunningServer.named("load").start()) {
      Tenant tenant = server.newTenant();
      Gateway gateway = tenant.gateway();
      Api admin = tenant.admin();
      List<IssuedKey> keys = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        keys.add(tenant.key().unlimited().issue());
      }
      AtomicInteger next = new AtomicInteger();
      Duration often = Duration.ofMillis(5);
      Duration seldom = Duration.ofMillis(500);
      List<Sample> samples = new ArrayList<>();
      long began = System.nanoTime();
      try (Callers known =
              new Callers(
                  4, often, () -> gateway.ask(keys.get(next.getAndIncrement() % KEYS).value()));
          Callers unknown = new Callers(1, often, () -> gateway.ask(MadeUpKey.wellFormed()));
          Callers lives = new Callers(1, seldom, () -> keysLife(admin));
          Callers pages = new Callers(1, seldom, () -> admin.get("/api/v1/api-keys?size=100"));
          Callers log = new Callers(1, seldom, () -> admin.get("/api/v1/audit/events?size=100"));
          Callers analytics = new Callers(1, seldom, () -> admin.get("/api/v1/analytics/usage"));
          Callers health = new Callers(1, seldom, () -> server.anonymous().get("/health/ready"));
          Callers signIns =
              new Callers(
                  1,
                  Duration.ofSeconds(5),
                  () ->
                      server
                          .anonymous()
                          .post(
                              "/api/v1/auth/token",
                              Map.of(
                                  "username",
                                  tenant.person("admin").name(),
                                  "password",
                                  tenant.person("admin").password())))) {
        for (int i = 0; i < SAMPLES; i++) {
          Eventually.pause(Duration.ofMinutes(MINUTES).toMillis() / SAMPLES);
          Sample sample = new Sample(livingBytes(server), server.threads(), server.handles());
          samples.add(sample);
          report(
              LOAD,
              "after "
                  + (System.nanoTime() - began) / 1_000_000_000
                  + " s: "
                  + sample.bytes() / 1024
                  + " KiB, "
                  + sample.threads()
                  + " threads, "
                  + sample.handles()
                  + " handles");
        }
        long end = System.nanoTime();
        for (Map.Entry<String, Callers> one :
            Map.of(
                    "known keys", known,
                    "unknown keys", unknown,
                    "lives of keys", lives,
                    "pages", pages,
                    "records", log,
                    "analytics", analytics,
                    "health", health,
                    "sign-ins", signIns)
                .entrySet()) {
          report(LOAD, one.getKey() + ": " + Callers.codes(one.getValue().between(began, end)));
        }
        assertThat(Callers.codes(known.between(began, end))).containsOnlyKeys("VALID");
        assertThat(Callers.codes(unknown.between(began, end))).containsOnlyKeys("NOT_FOUND");
        for (Callers one : List.of(lives, pages, log, analytics, health, signIns)) {
          assertThat(Callers.codes(one.between(began, end))).containsOnlyKeys("200");
        }
      }
      assertThat(middle(samples, true, Sample::bytes))
          .as("living bytes")
          .isLessThan(middle(samples, false, Sample::bytes) * 115 / 100);
      assertThat(middle(samples, true, Sample::threads))
          .as("threads")
          .isLessThan(middle(samples, false, Sample::threads) + 15);
      assertThat(middle(samples, true, Sample::handles))
          .as("handles")
          .isLessThan(middle(samples, false, Sample::handles) + 25);
    }
  }

  /** The median of the last third, or of the second: in the first it gets warm. */
  private static long middle(List<Sample> samples, boolean last, ToLongFunction<Sample> of) {
    int third = samples.size() / 3;
    List<Sample> part =
        last ? samples.subList(2 * third, 3 * third) : samples.subList(third, 2 * third);
    return part.stream().mapToLong(of).sorted().skip(third / 2).findFirst().orElseThrow();
  }
}
