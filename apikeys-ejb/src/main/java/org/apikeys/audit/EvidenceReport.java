package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.api.audit.Checkpoint;

/** What a pack holds, for people. */
final class EvidenceReport {
  static final String HOW_TO_CHECK =
      """
      How to check this evidence pack
      ===============================

      With the verifier (a Java 17 program without any code of the server):

          java -jar apikeys-verifier.jar verify evidence.zip --key '<verifier key>'

      It ends with 0 when everything holds, 1 when something was altered, 2 when records are
      missing, 3 when a signature does not hold. Give it the verifier key that you were told by
      another way than this file (GET /api/v1/audit/public-key, or the log's owner): public-key.txt
      in here proves nothing by itself. Keep checkpoint.txt, and ask next time for a consistency
      proof from it: that shows that nothing before it was changed since.

      By hand, from public specifications (the auditor's guide, docs/auditing.md, has it in a few
      lines of Python and openssl):

      1. checkpoint.txt and MANIFEST.note are C2SP signed notes: the text up to the empty line is
         signed with Ed25519; a signature is base64 of 4 bytes of the key's id and 64 bytes.
      2. MANIFEST.note has the SHA-256 of every other entry: its name, base64, hexadecimal.
      3. Each line of records.jsonl has in "leaf" the exact bytes that were hashed, in base64:
         leaf_hash = SHA-256(0x00 || leaf bytes), as in RFC 6962.
      4. proofs.json has an audit path for each record. By RFC 9162 section 2.1.3.2 it leads from
         leaf_hash to the root in checkpoint.txt. Sequence n is leaf index n - 1.
      5. Personal fields rest encrypted in the leaf. When a person's data was erased, they can't be
         read any more, and all of the above still holds.
      """;

  private final Checkpoint checkpoint;
  private final Selection selection;
  private final String madeBy;
  private final Instant madeAt;
  private final Map<String, Long> actions = new TreeMap<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private long count;
  private long first;
  private long last;

  EvidenceReport(Checkpoint checkpoint, Selection selection, String madeBy, Instant madeAt) {
    this.checkpoint = checkpoint;
    this.selection = selection;
    this.madeBy = madeBy;
    this.madeAt = madeAt;
  }

  void add(long sequence, JsonNode record) {
    count++;
    first = first == 0 ? sequence : first;
    last = sequence;
    actions.merge(record.path("action").asText(), 1L, Long::sum);
    outcomes.merge(record.path("outcome").asText(), 1L, Long::sum);
  }

  long count() {
    return count;
  }

  /** The lowest sequence; 0 when there is no record. */
  long first() {
    return first;
  }

  long last() {
    return last;
  }

  String html() {
    EventFilter period = selection.events();
    StringBuilder page = new StringBuilder(2_000);
    page.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
        .append("<title>Audit evidence</title>\n<style>body{font:16px/1.5 sans-serif;")
        .append("max-width:50em;margin:2em auto;padding:0 1em}td,th{text-align:left;")
        .append("padding:.2em 1em .2em 0;vertical-align:top}code{word-break:break-all}</style>\n")
        .append("<h1>Audit evidence</h1>\n<table>\n");
    row(page, "Log", checkpoint.origin());
    row(page, "Made", madeAt + " by " + madeBy);
    row(
        page,
        "Period",
        (period.from() == null ? "from the beginning" : "from " + period.from())
            + (period.to() == null ? "" : " to before " + period.to()));
    if (!selection.keys().isEmpty()) {
      row(page, "Keys", String.join(", ", selection.keys().stream().sorted().toList()));
    }
    if (!selection.narrowed().isEmpty()) {
      row(page, "Not all records", String.join(", ", selection.narrowed()));
    }
    row(page, "Records", count == 0 ? "none" : count + ", sequence " + first + " to " + last);
    row(page, "Proven against", "the signed log of " + checkpoint.size() + " records");
    row(page, "Root", checkpoint.root().base64());
    page.append("</table>\n<h2>What happened</h2>\n<table>\n<tr><th>Action<th>Records\n");
    actions.forEach((action, number) -> row(page, action, number.toString()));
    page.append("</table>\n<h2>With what outcome</h2>\n<table>\n<tr><th>Outcome<th>Records\n");
    outcomes.forEach((outcome, number) -> row(page, outcome, number.toString()));
    return page.append("</table>\n<h2>How to check it</h2>\n<pre>")
        .append(escaped(HOW_TO_CHECK))
        .append("</pre>\n</html>\n")
        .toString();
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("<tr><td>")
        .append(escaped(name))
        .append("<td><code>")
        .append(escaped(value))
        .append("</code>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
