package org.apikeys.report;

import com.lowagie.text.Chunk;
import com.lowagie.text.Document;
import com.lowagie.text.DocumentException;
import com.lowagie.text.Font;
import com.lowagie.text.FontFactory;
import com.lowagie.text.Image;
import com.lowagie.text.PageSize;
import com.lowagie.text.Paragraph;
import com.lowagie.text.Phrase;
import com.lowagie.text.pdf.PdfPCell;
import com.lowagie.text.pdf.PdfPTable;
import com.lowagie.text.pdf.PdfTemplate;
import com.lowagie.text.pdf.PdfWriter;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apikeys.report.Report.Chart;
import org.apikeys.report.Report.Section;
import org.jspecify.annotations.Nullable;

/** A report as a document to print and to file. */
final class ReportPdf {
  private static final Font TITLE = FontFactory.getFont(FontFactory.HELVETICA_BOLD, 18);
  private static final Font HEADING = FontFactory.getFont(FontFactory.HELVETICA_BOLD, 12);
  private static final Font TEXT = FontFactory.getFont(FontFactory.HELVETICA, 9);
  private static final Font SMALL = FontFactory.getFont(FontFactory.HELVETICA, 6.5f);
  private static final Font SMALL_BOLD = FontFactory.getFont(FontFactory.HELVETICA_BOLD, 6.5f);
  private static final Color BAR = new Color(0x25, 0x63, 0xeb);
  private static final Color LINE = new Color(0xe5, 0xe7, 0xeb);
  private static final float WIDTH = 700;
  private static final float HEIGHT = 110;

  private ReportPdf() {}

  static void write(Report report, OutputStream out) throws IOException {
    try (Document document = new Document(PageSize.A4.rotate(), 36, 36, 36, 36)) {
      PdfWriter writer = PdfWriter.getInstance(document, out);
      writer.setCloseStream(false);
      document.addTitle(report.title() + " " + report.month());
      document.addCreator("API keys");
      document.open();
      document.add(new Paragraph(printable(report.title()), TITLE));
      document.add(new Paragraph(printable(ReportPage.about(report)), TEXT));
      document.add(new Paragraph(printable(report.summary()), TEXT));
      for (Section section : report.sections()) {
        add(document, writer, section);
      }
    } catch (DocumentException e) {
      throw new IOException("the report can't be written as PDF", e);
    }
  }

  private static void add(Document document, PdfWriter writer, Section section) {
    Paragraph heading = new Paragraph(printable(section.title()), HEADING);
    heading.setSpacingBefore(12);
    document.add(heading);
    if (section.text() != null) {
      Paragraph text = new Paragraph(printable(section.text()), TEXT);
      text.setSpacingAfter(4);
      document.add(text);
    }
    if (section.chart() != null && !section.chart().values().isEmpty()) {
      document.add(bars(writer, section.chart()));
    }
    if (section.rows().isEmpty()) {
      document.add(new Paragraph("None.", TEXT));
      return;
    }
    PdfPTable table = new PdfPTable(section.columns().size());
    table.setWidthPercentage(100);
    table.setHeaderRows(1);
    section
        .columns()
        .forEach(column -> table.addCell(cell(ReportForm.heading(column), SMALL_BOLD)));
    for (List<@Nullable Object> row : section.rows()) {
      row.forEach(value -> table.addCell(cell(ReportForm.text(value), SMALL)));
    }
    document.add(table);
  }

  private static PdfPCell cell(String text, Font font) {
    PdfPCell cell = new PdfPCell(new Phrase(new Chunk(printable(text), font)));
    cell.setBorderColor(LINE);
    cell.setPadding(2);
    return cell;
  }

  private static Image bars(PdfWriter writer, Chart chart) {
    PdfTemplate picture = writer.getDirectContent().createTemplate(WIDTH, HEIGHT);
    List<Double> shares = chart.shares();
    float step = WIDTH / chart.values().size();
    picture.setColorFill(BAR);
    for (int i = 0; i < chart.values().size(); i++) {
      float tall = (float) (shares.get(i) * (HEIGHT - 12));
      picture.rectangle(i * step + step * 0.1f, 12, step * 0.8f, tall);
    }
    picture.fill();
    picture.beginText();
    picture.setColorFill(Color.DARK_GRAY);
    picture.setFontAndSize(SMALL.getCalculatedBaseFont(false), 6);
    for (int i = 0; i < chart.labels().size(); i++) {
      picture.showTextAligned(
          PdfTemplate.ALIGN_CENTER, printable(chart.labels().get(i)), (i + 0.5f) * step, 2, 0);
    }
    picture.endText();
    Image image = Image.getInstance(picture);
    image.setAlt(chart.title());
    return image;
  }

  /** The built-in fonts know Western European letters alone; the rest shows as a mark. */
  private static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                shown.appendCodePoint(
                    (point >= 0x20 && point < 0x7f) || (point >= 0xa0 && point < 0x100)
                        ? point
                        : '?'));
    return shown.toString();
  }
}
