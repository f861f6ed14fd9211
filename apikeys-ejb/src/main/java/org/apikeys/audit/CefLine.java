package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.apikeys.store.Json;

/**
 * A record as a line of the Common Event Format: {@code CEF:0|vendor|product|version|class|name|
 * severity|extension}. In the header {@code \} and {@code |} are escaped, in the extension {@code
 * \}, {@code =} and line ends.
 */
final class CefLine {
  private static final String PRODUCT = "CEF:0|apikeys|apikeys|1.0.0|";
  private static final int DENIED = 6;
  private static final int ERROR = 7;
  private static final int NORMAL = 3;

  private CefLine() {}

  static String of(JsonNode record) {
    String action = record.path("action").asText();
    StringBuilder line =
        new StringBuilder(PRODUCT)
            .append(header(action))
            .append('|')
            .append(header(action.replace('.', ' ')))
            .append('|')
            .append(severity(record.path("outcome").asText()))
            .append('|');
    add(line, "rt", Long.toString(Instant.parse(record.path("time").asText()).toEpochMilli()));
    add(line, "externalId", record.path("sequence").asText());
    add(line, "act", action);
    add(line, "outcome", record.path("outcome"));
    add(line, "suid", record.at("/actor/id"));
    add(line, "suser", record.at("/actor/name"));
    address(line, record.at("/actor/ip"));
    add(line, "requestClientApplication", record.at("/actor/user_agent"));
    add(line, "cnt", record.path("count"));
    add(line, "msg", record.path("reason"));
    custom(line, 1, "target", target(record.path("target")));
    custom(line, 2, "organizationId", record.path("organization_id").asText());
    custom(line, 3, "requestId", text(record.path("request_id")));
    custom(line, 4, "leafHash", record.path("leaf_hash").asText());
    JsonNode changes = record.path("changes");
    custom(line, 5, "changes", changes.isEmpty() ? "" : Json.write(changes));
    custom(line, 6, "recordId", record.path("id").asText());
    line.setLength(line.length() - 1);
    return line.append('\n').toString();
  }

  private static int severity(String outcome) {
    return switch (outcome) {
      case "denied" -> DENIED;
      case "error" -> ERROR;
      default -> NORMAL;
    };
  }

  private static String target(JsonNode target) {
    return target.isObject()
        ? target.path("type").asText()
            + ":"
            + target.path("id").asText()
            + " "
            + text(target.path("name"))
        : "";
  }

  /** IPv6 has a custom field of its own. */
  private static void address(StringBuilder line, JsonNode ip) {
    String text = text(ip);
    if (text.indexOf(':') >= 0) {
      add(line, "c6a2", text);
      add(line, "c6a2Label", "Source IPv6 Address");
    } else {
      add(line, "src", text);
    }
  }

  private static void custom(StringBuilder line, int number, String label, String value) {
    if (!value.isEmpty()) {
      add(line, "cs" + number, value);
      add(line, "cs" + number + "Label", label);
    }
  }

  private static void add(StringBuilder line, String name, JsonNode value) {
    add(line, name, text(value));
  }

  private static void add(StringBuilder line, String name, String value) {
    if (!value.isEmpty()) {
      line.append(name).append('=').append(extension(value)).append(' ');
    }
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? "" : value.asText();
  }

  static String header(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("[\\r\\n]+", " ");
  }

  static String extension(String text) {
    return text.replace("\\", "\\\\")
        .replace("=", "\\=")
        .replace("\r\n", "\\n")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }
}
