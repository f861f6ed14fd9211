package org.apikeys.request;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is asked for. */
public enum RequestKind {
  NEW_KEY,
  CHANGE,
  RENEWAL,
  LIMIT_INCREASE,
  REACTIVATION,
  EMERGENCY;

  /** The word in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every word. */
  public static List<String> words() {
    return Arrays.stream(values()).map(RequestKind::word).toList();
  }

  public static Optional<RequestKind> ofWord(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }

  /** Whether a key is to be made, and claimed, rather than one that is there changed. */
  public boolean isForNewKey() {
    return this == NEW_KEY || this == EMERGENCY;
  }
}
