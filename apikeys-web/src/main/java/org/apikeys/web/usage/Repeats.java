package org.apikeys.web.usage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apikeys.api.problem.ProblemException;

/** The further calls that a record of a report stands for. */
final class Repeats {
  private static final int MOST = 999;
  private static final int LATEST_MILLIS = 60_000;

  /** How many calls the records of one report may stand for. */
  private static final int MOST_CALLS = 10_000;

  private static final int[] NONE = {};

  private Repeats() {}

  /** When each was made, in milliseconds after the first. */
  static int[] of(UsageRecord record) {
    JsonNode repeats = record.repeats();
    if (repeats == null || repeats.isNull()) {
      return NONE;
    }
    if (record.decisionId() != null) {
      throw wrong("is only for records without decision_id");
    }
    if (!repeats.isArray() || repeats.size() > MOST) {
      throw wrong("is a list of at most " + MOST + " numbers");
    }
    int[] after = new int[repeats.size()];
    for (int i = 0; i < after.length; i++) {
      JsonNode millis = repeats.get(i);
      if (!millis.isIntegralNumber()
          || !millis.canConvertToInt()
          || millis.intValue() < 0
          || millis.intValue() > LATEST_MILLIS) {
        throw wrong("has whole numbers from 0 to " + LATEST_MILLIS);
      }
      after[i] = millis.intValue();
    }
    return after;
  }

  /** Refuses a report whose records stand for too many calls. */
  static void requireFew(List<JsonNode> records) {
    long calls = records.size();
    for (JsonNode record : records) {
      calls += record.path("repeats").size();
    }
    if (calls > MOST_CALLS) {
      throw ProblemException.invalid("records", "stand for at most " + MOST_CALLS + " calls");
    }
  }

  private static ProblemException wrong(String message) {
    return ProblemException.invalid("repeats", message);
  }
}
