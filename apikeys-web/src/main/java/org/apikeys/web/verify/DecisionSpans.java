package org.apikeys.web.verify;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.apikeys.usage.CallIds;
import org.apikeys.verify.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of decisions. Loaded when tracing is on alone, so that nothing else in the system
 * needs the classes of OpenTelemetry, which the server brings.
 */
final class DecisionSpans {
  private static final AttributeKey<String> DECISION =
      AttributeKey.stringKey("apikeys.decision.id");
  private static final AttributeKey<String> CODE = AttributeKey.stringKey("apikeys.decision.code");
  private static final AttributeKey<String> KEY = AttributeKey.stringKey("apikeys.key.id");
  private static final AttributeKey<Long> ORGANIZATION =
      AttributeKey.longKey("apikeys.organization.id");
  private static final AttributeKey<Long> STATUS = AttributeKey.longKey("apikeys.decision.status");

  /** Headers of a request; those of the trace alone are asked for. */
  private static final TextMapGetter<HttpServletRequest> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpServletRequest request) {
          return Collections.list(request.getHeaderNames());
        }

        @Override
        public @Nullable String get(@Nullable HttpServletRequest request, String name) {
          return request == null ? null : request.getHeader(name);
        }
      };

  private final OpenTelemetry telemetry;
  private final Tracer tracer;

  DecisionSpans(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
    tracer = telemetry.getTracer("org.apikeys");
  }

  /** Overwrites what the server's own span says of the address. */
  static void hideQuery(URI address) {
    String all = address.toString();
    Span.current()
        .setAttribute("http.url", all.substring(0, all.indexOf('?')))
        .setAttribute("http.target", address.getRawPath());
  }

  /** A span that began so many nanoseconds ago, and ends now. */
  void add(String name, HttpServletRequest request, long nanos, Decision decision, long callId) {
    long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    SpanBuilder builder =
        tracer
            .spanBuilder(name)
            .setParent(
                telemetry
                    .getPropagators()
                    .getTextMapPropagator()
                    .extract(Context.root(), request, HEADERS))
            .setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(now - nanos, TimeUnit.NANOSECONDS)
            .setAttribute(CODE, decision.code().name())
            .setAttribute(STATUS, (long) decision.code().status());
    KeySnapshot key = decision.key();
    if (callId > 0) {
      builder.setAttribute(DECISION, CallIds.decisionId(callId, key == null ? 0 : key.id()));
    }
    if (key != null && decision.code() != DecisionCode.NOT_FOUND) {
      builder.setAttribute(KEY, "key-" + key.id()).setAttribute(ORGANIZATION, key.organizationId());
    }
    Span span = builder.startSpan();
    span.end(now, TimeUnit.NANOSECONDS);
  }
}
