package org.apikeys.usage;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a series of usage is made for, one each. */
public enum GroupBy {
  NONE(Kind.ALL),
  KEY(Kind.ALL),
  ENDPOINT(Kind.ENDPOINT),
  STATUS(Kind.STATUS),
  COUNTRY(Kind.COUNTRY),
  CODE(Kind.CODE),
  ORGANIZATION(Kind.ALL),
  ENVIRONMENT(Kind.ALL);

  /** The words that a caller may ask by. */
  public static final List<String> WORDS =
      Stream.of(values()).filter(one -> one != NONE).map(GroupBy::word).toList();

  private final Kind kind;

  GroupBy(Kind kind) {
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static GroupBy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
