package org.apikeys.hot;

/** Writes numbers into answers without a text in between. */
public final class Digits {
  /** The most characters of one number. */
  public static final int MOST = 20;

  private Digits() {}

  /**
   * Writes a number in decimal digits.
   *
   * @param answer has room for {@link #MOST} bytes there
   * @return the index after it
   */
  public static int write(byte[] answer, int index, long value) {
    if (value == Long.MIN_VALUE) {
      throw new IllegalArgumentException("no number of an answer is that small");
    }
    int begin = index;
    long rest = Math.abs(value);
    if (value < 0) {
      answer[begin++] = '-';
    }
    int end = begin;
    for (long left = rest; end == begin || left > 0; left /= 10) {
      end++;
    }
    for (int i = end - 1; i >= begin; i--) {
      answer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }
}
