package org.apikeys.web.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The attributes of one request: a handful, so that looking along them beats a hash table. */
final class Attributes {
  private String[] names = new String[8];
  private @Nullable Object[] values = new Object[8];
  private int size;

  @Nullable Object get(String name) {
    int found = find(name);
    return found < 0 ? null : values[found];
  }

  /** Sets an attribute; null takes it away. */
  void set(String name, @Nullable Object value) {
    int at = find(name);
    if (at < 0) {
      at = size++;
      if (at == names.length) {
        names = Arrays.copyOf(names, 2 * at);
        values = Arrays.copyOf(values, 2 * at);
      }
      names[at] = name;
    }
    values[at] = value;
  }

  private int find(String name) {
    for (int i = 0; i < size; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
