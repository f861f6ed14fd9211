package org.apikeys.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Direct;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Histogram;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * Counts decisions by their code, and how long they took. The histogram takes one decision in 64:
 * its reservoir has a lock, and the hot path has none.
 */
@Direct
public class VerificationMetrics {
  private static final int ONE_IN = 64;

  private final Map<DecisionCode, Counter> counters = new EnumMap<>(DecisionCode.class);
  private final Histogram micros;

  @Inject
  public VerificationMetrics(MetricRegistry registry) {
    Metadata counted =
        Metadata.builder()
            .withName("apikeys_verifications")
            .withDescription("Decisions about presented keys, by code")
            .build();
    for (DecisionCode code : DecisionCode.values()) {
      counters.put(code, registry.counter(counted, new Tag("code", code.name())));
    }
    micros =
        registry.histogram(
            Metadata.builder()
                .withName("apikeys_verification_micros")
                .withDescription("Time of a decision in microseconds; one in 64 is taken")
                .build());
  }

  /**
   * Makes the metrics when the server starts, so that monitoring finds them before the first call.
   */
  void register(@Observes @Initialized(ApplicationScoped.class) Object start) {
    micros.getCount();
  }

  /** Counts a decision. */
  public void count(DecisionCode code, long nanos) {
    Objects.requireNonNull(counters.get(code)).inc();
    if (ThreadLocalRandom.current().nextInt(ONE_IN) == 0) {
      micros.update(nanos / 1_000);
    }
  }
}
