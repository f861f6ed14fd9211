package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void writesEveryFieldOfARecordInCef() {
    assertThat(ExportFormat.CEF.line(record()))
        .isEqualTo(
            "CEF:0|apikeys|apikeys|1.0.0|key.updated|key updated|3|rt=1768471200000 externalId=7"
                + " act=key.updated outcome=success suid=user-1 suser=admin src=203.0.113.9"
                + " requestClientApplication=curl/8.5.0 cnt=1 cs1=key:key-1 a, b cs1Label=target"
                + " cs2=1 cs2Label=organizationId cs3=r-1 cs3Label=requestId cs4=47DEQpj8"
                + " cs4Label=leafHash cs5={\"description\":[null,\"x\"]} cs5Label=changes"
                + " cs6=0b9d3a52-7a0b-4a2e-8a54-5c6d1c1f4c11 cs6Label=recordId\n");
  }

  @Test
  void leavesOutInCefWhatThereIsNot() {
    ObjectNode record = record().putNull("target").put("outcome", "error").put("reason", "late");
    record.putObject("changes");
    ((ObjectNode) record.path("actor")).put("ip", "2001:db8::1").putNull("user_agent");

    assertThat(ExportFormat.CEF.line(record))
        .contains("|7|rt=", " c6a2=2001:db8::1 c6a2Label=Source IPv6 Address cnt=1 msg=late cs2=1 ")
        .doesNotContain("cs1", "cs5", "requestClientApplication", "src=");
  }

  @Test
  void writesEveryFieldOfARecordInOcsf() {
    JsonNode expected =
        Json.read(
            """
            {"class_uid":3004,"category_uid":3,"activity_id":3,"type_uid":300403,
             "time":1768471200000,"severity_id":1,"status_id":1,"status":"Success",
             "message":"key.updated","count":1,
             "metadata":{"version":"1.3.0","uid":"0b9d3a52-7a0b-4a2e-8a54-5c6d1c1f4c11",
                         "sequence":7,"correlation_uid":"r-1",
                         "product":{"name":"apikeys","vendor_name":"apikeys"}},
             "actor":{"user":{"uid":"user-1","name":"admin","type":"person"}},
             "src_endpoint":{"ip":"203.0.113.9"},
             "http_request":{"user_agent":"curl/8.5.0","uid":"r-1"},
             "entity":{"uid":"key-1","name":"a, b","type":"key"},
             "unmapped":{"target":{"type":"key","id":"key-1","name":"a, b"},
                         "changes":{"description":[null,"x"]},
                         "organization_id":1,"leaf_hash":"47DEQpj8"}}
            """,
            JsonNode.class);

    assertThat(Json.read(Json.write(OcsfEvent.of(record())), JsonNode.class)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "session.created, 3002, 1",
    "request.approved, 3005, 1",
    "permission_set.created, 3005, 1",
    "request.rejected, 3005, 2",
    "request.submitted, 3005, 99",
    "audit.purged, 6003, 4",
    "audit.exported, 6003, 2",
    "access.denied, 6003, 99",
    "key.revealed, 6003, 2",
    "key.imported, 3004, 1",
    "key.rotated, 3004, 3",
    "key.revoked, 3004, 4",
    "key.reactivated, 3004, 8",
    "key.deactivated, 3004, 9",
    "alert.raised, 3004, 99",
  })
  void knowsTheClassAndTheActivityOfAnAction(String action, int type, int activity) {
    JsonNode event = OcsfEvent.of(record().put("action", action));

    assertThat(event.path("class_uid").asInt()).isEqualTo(type);
    assertThat(event.path("activity_id").asInt()).isEqualTo(activity);
    assertThat(event.path("activity_name").asText())
        .as("what has no number is named")
        .isEqualTo(activity == 99 ? action.substring(action.indexOf('.') + 1) : "");
  }

  @Test
  void saysInOcsfWhyAndFromWhere() {
    ObjectNode record = record().put("outcome", "denied").put("reason", "not yours");
    ((ObjectNode) record.path("actor")).putNull("ip");
    JsonNode event = OcsfEvent.of(record);

    assertThat(event.path("status").asText()).isEqualTo("Failure");
    assertThat(event.path("severity_id").asInt()).isEqualTo(3);
    assertThat(event.path("status_detail").asText()).isEqualTo("not yours");
    assertThat(event.at("/src_endpoint/name").asText()).isEqualTo("server");
  }

  @Test
  void aSignInIsOfThePersonWhomItIsAbout() {
    ObjectNode record = record().put("action", "session.created");
    ((ObjectNode) record.path("target")).put("type", "user").put("id", "9").put("name", "dora");
    assertThat(OcsfEvent.of(record).at("/user/uid").asText()).isEqualTo("9");
    assertThat(OcsfEvent.of(record).at("/service/name").asText())
        .as("an authentication has a service or a dst_endpoint")
        .isEqualTo("apikeys");

    ((ObjectNode) record.path("target")).put("type", "session");
    assertThat(OcsfEvent.of(record).at("/user/uid").asText()).isEqualTo("user-1");
  }
}
