package org.apikeys.api.verify;

/** Text that can be kept, on every node and by whoever decides beside one. */
public final class CallText {
  private CallText() {}

  /** Whether it has neither a NUL, which PostgreSQL can't keep, nor half of a surrogate pair. */
  public static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(one)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (one == 0 || (Character.isSurrogate(one) && !pair)) {
        return false;
      }
      i += pair ? 1 : 0;
    }
    return true;
  }
}
