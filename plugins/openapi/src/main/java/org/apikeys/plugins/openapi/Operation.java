package org.apikeys.plugins.openapi;

import java.util.List;
import java.util.Locale;

/**
 * An operation of the document.
 *
 * @param method in lower case
 * @param path as the document writes it: {@code /pets/{petId}}
 * @param summary what it does; empty when the document does not say
 * @param tags in the order of the document
 */
record Operation(String method, String path, String summary, List<String> tags) {
  private static final int LONGEST_SEGMENT = 50;

  /** The name of its scope: {@code api:get:pets.petid}. */
  String scope() {
    return "api:" + method + ":" + segment(path);
  }

  /** Whether it only looks (RFC 9110, section 9.2.1). */
  boolean isSafe() {
    return List.of("get", "head", "options", "trace").contains(method);
  }

  /** A text as a segment of a scope. */
  static String segment(String text) {
    String words =
        text.toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9_-]+", ".")
            .replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
    String named = words.isEmpty() ? "root" : words;
    String started = Character.isLetter(named.charAt(0)) ? named : "n" + named;
    if (started.length() <= LONGEST_SEGMENT) {
      return started;
    }
    // two long paths with the same beginning stay apart
    String end = Integer.toHexString(text.hashCode());
    return started.substring(0, LONGEST_SEGMENT - end.length() - 1) + "." + end;
  }
}
