package org.apikeys.hot;

import java.util.regex.Pattern;

/** What others sent, fit to be shown: nothing but the visible characters of ASCII, and blanks. */
public final class Printable {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

  private Printable() {}

  /** With a question mark in place of each other character. */
  public static String of(String text) {
    return isPrintable(text) ? text : UNPRINTABLE.matcher(text).replaceAll("?");
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
