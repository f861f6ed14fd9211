package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a record is found by, beside its leaf. Copies, cut to what their columns take: a leaf is
 * committed before it has its place, and one that could have none would hold up all behind it.
 */
final class Searched {
  private static final int LONGEST_TYPE = 30;
  private static final int LONGEST_ID = 100;
  private static final int LONGEST_ACTOR = 100;
  private static final int LONGEST_TARGET = 200;
  private static final int LONGEST_WORDS = 2_000;
  private static final String ERASED = "erased";

  private Searched() {}

  static String actorId(JsonNode record) {
    return cut(record.at("/actor/id").asText(), LONGEST_ID);
  }

  /** What a search by the actor's name finds; nothing once the subject is erased. */
  static String actorName(JsonNode record) {
    String name = text(record, "/actor/name", LONGEST_ACTOR);
    return name == null ? ERASED : name;
  }

  static @Nullable String targetType(JsonNode record) {
    return text(record, "/target/type", LONGEST_TYPE);
  }

  static @Nullable String targetId(JsonNode record) {
    return text(record, "/target/id", LONGEST_ID);
  }

  static @Nullable String targetName(JsonNode record) {
    return text(record, "/target/name", LONGEST_TARGET);
  }

  /** What a search by words looks through. */
  static String words(JsonNode record) {
    String words =
        Stream.of(
                "/actor/name",
                "/actor/ip",
                "/action",
                "/target/id",
                "/target/name",
                "/reason",
                "/request_id")
            .map(record::at)
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .collect(Collectors.joining(" "))
            .toLowerCase(Locale.ROOT);
    return cut(words, LONGEST_WORDS);
  }

  private static @Nullable String text(JsonNode record, String pointer, int longest) {
    JsonNode node = record.at(pointer);
    return node.isTextual() ? cut(node.asText(), longest) : null;
  }

  /** Not in the middle of a character, and without the one that PostgreSQL has no place for. */
  private static String cut(String text, int longest) {
    String taken = text.replace('\0', ' ');
    if (taken.length() <= longest) {
      return taken;
    }
    boolean inAPair = Character.isHighSurrogate(taken.charAt(longest - 1));
    return taken.substring(0, inAPair ? longest - 1 : longest);
  }
}
