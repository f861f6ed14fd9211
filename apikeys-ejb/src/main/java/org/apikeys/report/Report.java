package org.apikeys.report;

import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report as it stands, before it takes a form.
 *
 * @param name the word in its address
 * @param organization whose figures these are
 * @param month the month in UTC
 * @param summary a sentence or two for people
 */
public record Report(
    String name,
    String title,
    long organizationId,
    String organization,
    YearMonth month,
    Instant madeAt,
    String summary,
    List<Section> sections) {
  public Report {
    sections = List.copyOf(sections);
  }

  /**
   * A table with what introduces it.
   *
   * @param columns names in lower case, with {@code _} between words
   * @param rows cells are texts, numbers, booleans, instants, lists of texts, or null
   * @param chart the same to look at; null when there is nothing to see
   */
  public record Section(
      String title,
      @Nullable String text,
      List<String> columns,
      List<List<@Nullable Object>> rows,
      @Nullable Chart chart) {
    public Section {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }

    public static Section of(
        String title, String text, List<String> columns, List<List<@Nullable Object>> rows) {
      return new Section(title, text, columns, rows, null);
    }

    public Section with(Chart other) {
      return new Section(title, text, columns, rows, other);
    }
  }

  /** Bars, one for each label. */
  public record Chart(String title, List<String> labels, List<Double> values) {
    public Chart {
      labels = List.copyOf(labels);
      values = List.copyOf(values);
    }

    /** How tall each bar is, from 0 to 1 for the tallest. */
    List<Double> shares() {
      double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      return values.stream().map(value -> most == 0 ? 0.0 : value / most).toList();
    }
  }

  /** A row; cells may be null. */
  static List<@Nullable Object> row(@Nullable Object... cells) {
    List<@Nullable Object> row = new ArrayList<>();
    Collections.addAll(row, cells);
    return Collections.unmodifiableList(row);
  }
}
