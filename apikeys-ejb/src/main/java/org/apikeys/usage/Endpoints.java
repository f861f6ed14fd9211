package org.apikeys.usage;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that are told apart in sums today, so that callers who make up endpoints fill
 * neither the store nor the memory: so many of each key, and so many of all together. When there
 * are more, those of the key that was called longest ago are forgotten, and told apart anew when it
 * is called again. Not for several threads at once.
 */
final class Endpoints {
  static final int MOST_OF_A_KEY = 200;
  private static final long DAY_MINUTES = 1_440;

  private final int most;

  /** By key, the one that was called longest ago first. */
  private final Map<Long, Set<String>> known = new LinkedHashMap<>(16, 0.75f, true);

  private int size;
  private long day;

  /**
   * @param most of all keys together
   */
  Endpoints(int most) {
    this.most = most;
  }

  /**
   * An endpoint as it is summed: cut, or {@link Cell#MORE}. Blanks at its end are dropped, since
   * the embedded store takes texts for the same that differ in nothing else.
   *
   * @param minute of the call, minutes since 1970 UTC
   */
  String summed(long keyId, @Nullable String endpoint, long minute) {
    String cut = endpoint == null ? "" : cut(endpoint);
    if (cut.isEmpty()) {
      return "";
    }
    if (minute / DAY_MINUTES > day) {
      day = minute / DAY_MINUTES;
      known.clear();
      size = 0;
    }
    Set<String> ofKey = known.computeIfAbsent(keyId, id -> new HashSet<>(4));
    if (ofKey.contains(cut)) {
      return cut;
    }
    if (ofKey.size() == MOST_OF_A_KEY) {
      return Cell.MORE;
    }
    ofKey.add(cut);
    size++;
    forgetSome();
    return cut;
  }

  private static String cut(String endpoint) {
    return endpoint
        .substring(0, Math.min(Cell.LONGEST_ENDPOINT, endpoint.length()))
        .stripTrailing();
  }

  private void forgetSome() {
    Iterator<Set<String>> eldest = known.values().iterator();
    while (size > most) {
      size -= eldest.next().size();
      eldest.remove();
    }
  }

  /** How many are known, of all keys. */
  int size() {
    return size;
  }
}
