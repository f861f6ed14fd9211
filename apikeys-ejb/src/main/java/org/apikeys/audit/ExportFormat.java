package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;

/** The forms in which records are taken away. Each record is one line. */
public enum ExportFormat {
  /** One JSON object a line, as the API shows a record. */
  JSONL("jsonl", "application/x-ndjson"),
  /** RFC 4180. */
  CSV("csv", "text/csv;charset=UTF-8"),
  /** ArcSight Common Event Format, version 0. */
  CEF("cef", "text/plain;charset=UTF-8"),
  /** Open Cybersecurity Schema Framework, one JSON object a line. */
  OCSF("ocsf", "application/x-ndjson");

  private final String word;
  private final String mediaType;

  ExportFormat(String word, String mediaType) {
    this.word = word;
    this.mediaType = mediaType;
  }

  /** The word that asks for it, and the ending of its file. */
  public String word() {
    return word;
  }

  public String mediaType() {
    return mediaType;
  }

  /** What comes before the first record. */
  public String head() {
    return this == CSV ? CsvLine.HEAD : "";
  }

  /** A record as its line, with the end of the line. */
  public String line(JsonNode record) {
    return switch (this) {
      case JSONL -> record + "\n";
      case CSV -> CsvLine.of(record);
      case CEF -> CefLine.of(record);
      case OCSF -> OcsfEvent.of(record) + "\n";
    };
  }
}
