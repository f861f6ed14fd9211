package org.apikeys.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How far a report job is. */
public enum JobStatus {
  CREATED,
  RUNNING,
  DONE,
  FAILED,
  CANCELLED;

  /** All words. */
  public static final List<String> WORDS = Stream.of(values()).map(JobStatus::word).toList();

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
