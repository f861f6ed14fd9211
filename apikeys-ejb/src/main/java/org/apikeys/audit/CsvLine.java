package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import org.apikeys.store.Json;

/**
 * A record as a line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an
 * apostrophe in front: names and reasons are chosen by those whom the log is about.
 */
public final class CsvLine {
  private static final List<String> COLUMNS =
      List.of(
          "/sequence",
          "/time",
          "/action",
          "/outcome",
          "/actor/type",
          "/actor/id",
          "/actor/name",
          "/actor/ip",
          "/actor/user_agent",
          "/actor/auth",
          "/target/type",
          "/target/id",
          "/target/name",
          "/organization_id",
          "/reason",
          "/request_id",
          "/count",
          "/id",
          "/changes",
          "/leaf_hash");

  static final String HEAD =
      COLUMNS.stream()
              .map(column -> column.substring(1).replace('/', '_'))
              .collect(Collectors.joining(","))
          + "\r\n";

  private static final String FORMULA = "=+-@\t\r\n|%＝＋－＠";

  private CsvLine() {}

  static String of(JsonNode record) {
    return COLUMNS.stream()
            .map(column -> cell(text(record.at(column))))
            .collect(Collectors.joining(","))
        + "\r\n";
  }

  private static String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return value.isValueNode() ? value.asText() : Json.write(value);
  }

  /** A cell, quoted where it has to be, and never a formula. */
  public static String cell(String text) {
    String begin = text.stripLeading();
    boolean formula =
        (!begin.isEmpty() && FORMULA.indexOf(begin.charAt(0)) >= 0)
            || (!text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0);
    String harmless = formula ? "'" + text : text;
    boolean quoted = harmless.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? "\"" + harmless.replace("\"", "\"\"") + "\"" : harmless;
  }
}
