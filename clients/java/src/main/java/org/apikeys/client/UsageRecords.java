package org.apikeys.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls on their way into batches. Those that came to the same share a record, which says when each
 * was made: a busy key makes the same call many times between two batches.
 */
final class UsageRecords {
  /** What the server takes in one report, and in one record. */
  private static final int MOST_RECORDS = 1_000;

  private static final int MOST_CALLS = 10_000;
  private static final int MOST_REPEATS = 999;
  private static final long LATEST_MILLIS = 60_000;

  private static final String REPEATS = ",\"repeats\":[";
  private static final String SEPARATOR = ",\n";

  private final List<Shared> records = new ArrayList<>();
  private final Map<Like, Shared> open = new HashMap<>();
  private int size;

  /** What calls of one record have in common. */
  private record Like(
      long keyId,
      @Nullable String endpoint,
      @Nullable String method,
      @Nullable String ip,
      long bytesIn) {
    static Like of(Usage call) {
      return new Like(call.keyId(), call.endpoint(), call.method(), call.ip(), call.bytesIn());
    }
  }

  /** Records that are sent together, as JSON, one a line. */
  record Batch(String json, int calls) {}

  /** A record that may yet come to stand for more calls. */
  private static final class Shared {
    private final Usage first;
    private final StringBuilder repeats = new StringBuilder();
    private int calls = 1;

    Shared(Usage first) {
      this.first = first;
    }

    boolean tryAdd(Usage call) {
      long after = Math.max(0, call.atMillis() - first.atMillis());
      if (calls > MOST_REPEATS || after > LATEST_MILLIS) {
        return false;
      }
      repeats.append(calls == 1 ? "" : ",").append(after);
      calls++;
      return true;
    }

    void write(StringBuilder json) {
      first.begin(json);
      if (calls > 1) {
        json.append(REPEATS).append(repeats).append(']');
      }
      json.append('}');
    }
  }

  /** How many calls there are. */
  int size() {
    return size;
  }

  void add(Usage call) {
    size++;
    if (!call.isPlain()) {
      records.add(new Shared(call));
      return;
    }
    Like like = Like.of(call);
    Shared known = open.get(like);
    if (known == null || !known.tryAdd(call)) {
      Shared fresh = new Shared(call);
      open.put(like, fresh);
      records.add(fresh);
    }
  }

  /** All of them, in batches that the server takes. */
  List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    StringBuilder json = new StringBuilder();
    int calls = 0;
    int lines = 0;
    for (Shared record : records) {
      if (lines == MOST_RECORDS || calls + record.calls > MOST_CALLS) {
        batches.add(new Batch(json.toString(), calls));
        json.setLength(0);
        calls = 0;
        lines = 0;
      }
      if (lines > 0) {
        json.append(SEPARATOR);
      }
      record.write(json);
      lines++;
      calls += record.calls;
    }
    if (lines > 0) {
      batches.add(new Batch(json.toString(), calls));
    }
    return batches;
  }

  /** The records of a batch, one by one. */
  static List<String> split(String json) {
    return List.of(json.split(SEPARATOR, -1));
  }

  /** How many calls a record stands for; a text in it has no quotation mark of its own. */
  static int calls(String record) {
    int begin = record.indexOf(REPEATS);
    int end = record.indexOf(']', begin + 1);
    int calls = begin < 0 ? 1 : 2;
    for (int i = begin + REPEATS.length(); begin >= 0 && i < end; i++) {
      calls += record.charAt(i) == ',' ? 1 : 0;
    }
    return calls;
  }
}
