package org.apikeys.web.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the names out of {@code texts.js}: objects of names and strings, and nothing else. */
final class Texts {
  private static final Pattern TOKEN =
      Pattern.compile(
          "//[^\\n]*|(?<name>[\\w$]+|'(?:[^'\\\\]|\\\\.)*')\\s*:|(?<text>'(?:[^'\\\\]|\\\\.)*')|[{}]");

  private Texts() {}

  /** Names of texts, and of the objects that hold the forms of one. */
  static Set<String> keys(String source) {
    return new TreeSet<>(all(source));
  }

  /** Names that were given twice: the later text would hide the earlier one. */
  static List<String> doubles(String source) {
    Set<String> seen = new TreeSet<>();
    return all(source).stream().filter(name -> !seen.add(name)).toList();
  }

  private static List<String> all(String source) {
    List<String> keys = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    String name = "";
    Matcher token = TOKEN.matcher(source.substring(source.indexOf('{')));
    while (token.find()) {
      if (token.group("name") != null) {
        name = token.group("name").replace("'", "");
        keys.add(dotted(path, name));
      } else if (token.group().equals("{")) {
        path.addLast(name);
      } else if (token.group().equals("}")) {
        path.removeLast();
      }
    }
    return keys;
  }

  private static String dotted(Deque<String> path, String name) {
    StringBuilder dotted = new StringBuilder();
    path.stream().skip(1).forEach(step -> dotted.append(step).append('.'));
    return dotted.append(name).toString();
  }
}
