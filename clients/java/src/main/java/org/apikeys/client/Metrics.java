package org.apikeys.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts since the client was made. */
public final class Metrics {
  final LongAdder decidedHere = new LongAdder();
  final LongAdder asked = new LongAdder();
  final LongAdder rejectedOffline = new LongAdder();
  final LongAdder unavailable = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder heard = new LongAdder();
  final LongAdder connections = new LongAdder();
  final LongAdder reported = new LongAdder();
  final LongAdder rejectedReports = new LongAdder();
  final LongAdder droppedReports = new LongAdder();

  Metrics() {}

  /** By name, as Prometheus would have them. */
  public Map<String, Long> read() {
    Map<String, Long> all = new LinkedHashMap<>();
    all.put("apikeys_client_decided_here_total", decidedHere.sum());
    all.put("apikeys_client_asked_total", asked.sum());
    all.put("apikeys_client_rejected_offline_total", rejectedOffline.sum());
    all.put("apikeys_client_unavailable_total", unavailable.sum());
    all.put("apikeys_client_failures_total", failures.sum());
    all.put("apikeys_client_revocations_heard_total", heard.sum());
    all.put("apikeys_client_revocation_connections_total", connections.sum());
    all.put("apikeys_client_reported_total", reported.sum());
    all.put("apikeys_client_rejected_reports_total", rejectedReports.sum());
    all.put("apikeys_client_dropped_reports_total", droppedReports.sum());
    return all;
  }
}
