package org.apikeys.web.verify;

import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.apikeys.hot.Direct;
import org.apikeys.verify.Decision;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Spans of decisions, by MicroProfile Telemetry: on when {@code otel.sdk.disabled} is {@code
 * false}. While it is off the hot path sees one field that is null.
 */
@Direct
public class Tracing {
  private final @Nullable DecisionSpans spans;

  @Inject
  public Tracing(Instance<OpenTelemetry> telemetry) {
    boolean off =
        ConfigProvider.getConfig()
            .getOptionalValue("otel.sdk.disabled", Boolean.class)
            .orElse(true);
    spans = off || telemetry.isUnsatisfied() ? null : new DecisionSpans(telemetry.get());
  }

  /** When something began that is told to {@link #decided}. */
  long begin() {
    return spans == null ? 0 : System.nanoTime();
  }

  /** The span that is open tells the address without its query. */
  void hideQuery(URI address) {
    if (spans != null) {
      DecisionSpans.hideQuery(address);
    }
  }

  /** A decision was made. */
  void decided(
      String name, HttpServletRequest request, long began, Decision decision, long callId) {
    if (spans != null) {
      spans.add(name, request, System.nanoTime() - began, decision, callId);
    }
  }
}
