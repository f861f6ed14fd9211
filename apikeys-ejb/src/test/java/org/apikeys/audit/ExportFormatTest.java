package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in the forms that others read; what they hold is chosen by those whom they are about. */
class ExportFormatTest {
  private static final String RECORD =
      """
      {"sequence":7,"id":"0b9d3a52-7a0b-4a2e-8a54-5c6d1c1f4c11","time":"2026-01-15T10:00:00Z",
       "actor":{"type":"person","id":"user-1","name":"admin","ip":"203.0.113.9",
                "user_agent":"curl/8.5.0","auth":"jwt"},
       "action":"key.updated","target":{"type":"key","id":"key-1","name":"a, b"},
       "organization_id":1,"outcome":"success","reason":null,"request_id":"r-1",
       "changes":{"description":[null,"x"]},"count":1,"leaf_hash":"47DEQpj8"}
      """;

  private static ObjectNode record() {
    return Json.read(RECORD, ObjectNode.class);
  }

  private static ObjectNode named(String name) {
    ObjectNode record = record();
    ((ObjectNode) record.path("target")).put("name", name);
    return record;
  }

  @Test
  void writesCsvUnderItsHead() {
    assertThat(ExportFormat.CSV.head()).startsWith("sequence,time,action,outcome,");
    String line = ExportFormat.CSV.line(record());
    assertThat(line)
        .startsWith("7,2026-01-15T10:00:00Z,key.updated,success,person,user-1,admin,203.0.113.9,")
        .contains("\"a, b\"", "\"{\"\"description\"\":[null,\"\"x\"\"]}\"")
        .endsWith("\r\n");
    assertThat(ExportFormat.CSV.head().split(",", -1)).hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|cmd", "%x", "＝1"})
  void neutralisesFormulas(String cell) {
    assertThat(CsvLine.cell(cell).replace("\"", "")).startsWith("'");
  }

  @Test
  void leavesOrdinaryCellsAlone() {
    assertThat(CsvLine.cell("a-b=c")).isEqualTo("a-b=c");
    assertThat(CsvLine.cell("say \"hi\"")).isEqualTo("\"say \"\"hi\"\"\"");
    assertThat(CsvLine.cell("two\nlines")).isEqualTo("\"two\nlines\"");
    assertThat(CsvLine.cell("")).isEmpty();
  }

  @Test
  void escapesCef() {
    ObjectNode record = named("evil|pipe=sign\\slash\nCEF:0|new line");
    record.put("reason", "x=y");
    String line = ExportFormat.CEF.line(record);
    assertThat(line)
        .startsWith("CEF:0|apikeys|apikeys|1.0.0|key.updated|key updated|3|rt=1768471200000 ")
        .contains("evil|pipe\\=sign\\\\slash\\nCEF:0|new line", "msg=x\\=y", "src=203.0.113.9")
        .endsWith("\n");
    assertThat(line.strip()).doesNotContain("\n");
    assertThat(CefLine.header("a|b\\c\nd")).isEqualTo("a\\|b\\\\c d");
  }

  @Test
  void hasAFieldForIpv6InCef() {
    ObjectNode record = record();
    ((ObjectNode) record.path("actor")).put("ip", "2001:db8::1");
    assertThat(ExportFormat.CEF.line(record)).contains("c6a2=2001:db8::1 ").doesNotContain("src=");
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void makesAValidOcsfClassOfEveryAction(Action action) {
    JsonNode event = OcsfEvent.of(record().put("action", action.word()));
    int type = event.path("class_uid").asInt();
    assertThat(Set.of(6003, 3002, 3005, 3004)).contains(type);
    assertThat(event.path("category_uid").asInt()).isEqualTo(type / 1000);
    assertThat(event.path("type_uid").asInt())
        .isEqualTo(type * 100 + event.path("activity_id").asInt());
    assertThat(event.path("time").asLong()).isEqualTo(1_768_471_200_000L);
    assertThat(event.at("/metadata/product/vendor_name").asText()).isNotEmpty();
    assertThat(event.path("severity_id").isInt()).isTrue();
    String needed =
        switch (type) {
          case 3002 -> "/user/uid";
          case 3004 -> "/entity/uid";
          case 3005 -> "/privileges/0";
          default -> "/api/operation";
        };
    assertThat(event.at(needed).isMissingNode()).as("%s of %s", needed, action).isFalse();
  }

  @Test
  void saysWhatFailed() {
    JsonNode event =
        OcsfEvent.of(record().put("action", "session.denied").put("outcome", "denied"));
    assertThat(event.path("class_uid").asInt()).isEqualTo(3002);
    assertThat(event.path("status_id").asInt()).isEqualTo(2);
  }
}
