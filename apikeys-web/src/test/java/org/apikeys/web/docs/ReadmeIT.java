package org.apikeys.web.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** The README's first key: its lines are run as a newcomer pastes them. */
@ExtendWith(SharedServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class ReadmeIT {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern CHAPTER =
      Pattern.compile("^## Your first key$(.*?)^## ", Pattern.MULTILINE | Pattern.DOTALL);

  /** What each block printed, in their order. */
  private List<String> printed = List.of();

  @BeforeAll
  void pasteAllBlocks(RunningServer server) throws IOException, InterruptedException {
    Matcher chapter = CHAPTER.matcher(Files.readString(README));
    assertThat(chapter.find()).as("the README has a chapter about the first key").isTrue();
    printed = PastedLines.printed(server, chapter.group(1));
    assertThat(printed).hasSize(7);
  }

  @Test
  void signsIn() {
    assertThat(printed.get(0)).contains("\"name\":\"admin\"");
  }

  @Test
  void issuesAKey() {
    assertThat(printed.get(1))
        .contains("\"key\":\"sk_live_", "\"scopes\":[\"agents:read\"]", "203.0.113.0/24");
  }

  @Test
  void verifiesIt() {
    assertThat(codes(printed.get(2)))
        .containsExactly("VALID", "INSUFFICIENT_SCOPE", "IP_NOT_ALLOWED");
  }

  @Test
  void seesItLimited() {
    List<String> statuses =
        printed.get(3).lines().filter(line -> line.startsWith("HTTP")).map(ReadmeIT::code).toList();
    assertThat(statuses).containsExactly("200", "200", "429");
    assertThat(printed.get(3)).containsPattern("(?i)retry-after: [1-9][0-9]*");
  }

  @Test
  void seesItsUsage() {
    assertThat(printed.get(4))
        .contains("\"usage_count\":3", "\"denied_count\":3", "\"windows\":[", "\"remaining\":0");
  }

  @Test
  void seesTheAuditRecord() {
    assertThat(printed.get(5)).contains("\"action\":\"key.created\"", "\"name\":\"My first key\"");
  }

  @Test
  void revokesIt() {
    assertThat(printed.get(6)).contains("API key deleted successfully");
    assertThat(codes(printed.get(6))).containsExactly("REVOKED");
  }

  private static List<String> codes(String answers) {
    return Pattern.compile("\"code\":\"([A-Z_]+)\"")
        .matcher(answers)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static String code(String statusLine) {
    return statusLine.split(" ", -1)[1];
  }
}
