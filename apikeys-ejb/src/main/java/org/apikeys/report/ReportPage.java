package org.apikeys.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.apikeys.report.Report.Chart;
import org.apikeys.report.Report.Section;
import org.jspecify.annotations.Nullable;

/** A report as a page: no script, one style, charts as pictures in the page. */
public final class ReportPage {
  private static final String STYLE =
      "body{font:16px/1.5 sans-serif;max-width:75em;margin:2em auto;padding:0 1em;color:#1f2937}"
          + "h1{margin-bottom:0}.about{color:#4b5563}table{border-collapse:collapse;width:100%}"
          + "td,th{text-align:left;padding:.25em .75em .25em 0;vertical-align:top;"
          + "border-bottom:1px solid #e5e7eb;overflow-wrap:anywhere}.scroll{overflow-x:auto}"
          + "td.n,th.n{text-align:right}svg{max-width:100%;height:auto}"
          + "rect{fill:#2563eb}text{font:11px sans-serif;fill:#374151}"
          + "@media print{body{margin:0}.scroll{overflow:visible}}";

  /** What a browser may do with the page: apply its style and nothing else. */
  public static final String POLICY =
      "default-src 'none'; style-src 'sha256-" + hash() + "'; frame-ancestors 'none'; sandbox";

  private static final int WIDTH = 900;
  private static final int HEIGHT = 200;
  private static final int FOOT = 24;

  private ReportPage() {}

  private static String hash() {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(STYLE.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String of(Report report) {
    StringBuilder page = new StringBuilder(10_000);
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(escaped(report.title() + " " + report.month()))
        .append("</title>\n<style>")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escaped(report.title()))
        .append("</h1>\n<p class=\"about\">")
        .append(escaped(about(report)))
        .append("</p>\n<p>")
        .append(escaped(report.summary()))
        .append("</p>\n");
    report.sections().forEach(section -> add(page, section));
    return page.append("</body>\n</html>\n").toString();
  }

  static String about(Report report) {
    return report.organization()
        + ", "
        + report.month()
        + ". Made "
        + report.madeAt().truncatedTo(ChronoUnit.SECONDS)
        + ".";
  }

  private static void add(StringBuilder page, Section section) {
    page.append("<h2>").append(escaped(section.title())).append("</h2>\n");
    if (section.text() != null) {
      page.append("<p>").append(escaped(section.text())).append("</p>\n");
    }
    if (section.chart() != null && !section.chart().values().isEmpty()) {
      add(page, section.chart());
    }
    if (section.rows().isEmpty()) {
      page.append("<p>None.</p>\n");
      return;
    }
    page.append("<div class=\"scroll\"><table>\n<tr>");
    List<@Nullable Object> first = section.rows().get(0);
    for (int i = 0; i < section.columns().size(); i++) {
      page.append(first.get(i) instanceof Number ? "<th class=\"n\">" : "<th>")
          .append(escaped(ReportForm.heading(section.columns().get(i))))
          .append("</th>");
    }
    page.append("</tr>\n");
    for (List<@Nullable Object> row : section.rows()) {
      page.append("<tr>");
      for (Object cell : row) {
        page.append(cell instanceof Number ? "<td class=\"n\">" : "<td>")
            .append(escaped(ReportForm.text(cell)))
            .append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table></div>\n");
  }

  private static void add(StringBuilder page, Chart chart) {
    List<Double> shares = chart.shares();
    double step = (double) WIDTH / chart.values().size();
    page.append("<svg viewBox=\"0 0 ")
        .append(WIDTH)
        .append(' ')
        .append(HEIGHT + FOOT)
        .append("\" role=\"img\" aria-label=\"")
        .append(escaped(chart.title()))
        .append("\">\n<title>")
        .append(escaped(chart.title()))
        .append("</title>\n");
    for (int i = 0; i < chart.values().size(); i++) {
      double tall = shares.get(i) * HEIGHT;
      page.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s: %s</title>"
                  + "</rect><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
              i * step + step * 0.1,
              HEIGHT - tall,
              step * 0.8,
              tall,
              escaped(chart.labels().get(i)),
              number(chart.values().get(i)),
              (i + 0.5) * step,
              HEIGHT + FOOT - 8,
              escaped(chart.labels().get(i))));
    }
    page.append("</svg>\n");
  }

  static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
