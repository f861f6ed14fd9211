package org.apikeys.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apikeys.audit.CsvLine;
import org.apikeys.report.Report.Section;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** The forms that a report takes. */
public enum ReportForm {
  JSON("application/json"),
  CSV("text/csv;charset=UTF-8"),
  HTML("text/html;charset=UTF-8"),
  PDF("application/pdf");

  private final String mediaType;

  ReportForm(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }

  /** The words of all forms. */
  public static final List<String> WORDS = Stream.of(values()).map(ReportForm::word).toList();

  /** The form of a word that is known to be one. */
  public static ReportForm of(String word) {
    return valueOf(word.toUpperCase(java.util.Locale.ROOT));
  }

  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Writes the report in this form. */
  public void write(Report report, OutputStream out) throws IOException {
    switch (this) {
      case JSON -> out.write(json(report).getBytes(StandardCharsets.UTF_8));
      case CSV -> out.write(csv(report).getBytes(StandardCharsets.UTF_8));
      case HTML -> out.write(ReportPage.of(report).getBytes(StandardCharsets.UTF_8));
      case PDF -> ReportPdf.write(report, out);
    }
  }

  private static String json(Report report) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("report", report.name());
    shown.put("title", report.title());
    shown.put("organization_id", report.organizationId());
    shown.put("organization", report.organization());
    shown.put("month", report.month().toString());
    shown.put("made_at", report.madeAt());
    shown.put("summary", report.summary());
    shown.put("sections", report.sections().stream().map(ReportForm::json).toList());
    return Json.write(shown);
  }

  private static Map<String, @Nullable Object> json(Section section) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("title", section.title());
    shown.put("text", section.text());
    shown.put("columns", section.columns());
    shown.put(
        "rows",
        section.rows().stream()
            .map(
                row -> {
                  Map<String, @Nullable Object> cells = new LinkedHashMap<>();
                  for (int i = 0; i < row.size(); i++) {
                    cells.put(section.columns().get(i), row.get(i));
                  }
                  return cells;
                })
            .toList());
    return shown;
  }

  /** The tables one after the other, each with its head, an empty line between. */
  private static String csv(Report report) {
    return report.sections().stream().map(ReportForm::csv).collect(Collectors.joining("\r\n"));
  }

  private static String csv(Section section) {
    StringBuilder lines = new StringBuilder();
    lines.append(String.join(",", section.columns())).append("\r\n");
    for (List<@Nullable Object> row : section.rows()) {
      lines
          .append(
              row.stream()
                  .map(cell -> cell instanceof Number ? text(cell) : CsvLine.cell(text(cell)))
                  .collect(Collectors.joining(",")))
          .append("\r\n");
    }
    return lines.toString();
  }

  /** A cell as people read it. */
  static String text(@Nullable Object cell) {
    if (cell == null) {
      return "";
    }
    if (cell instanceof Instant at) {
      return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
    if (cell instanceof Collection<?> several) {
      return several.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
    return cell.toString();
  }

  /** A column's name as people read it. */
  static String heading(String column) {
    String words = column.replace('_', ' ');
    return words.isEmpty()
        ? words
        : words.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + words.substring(1);
  }
}
