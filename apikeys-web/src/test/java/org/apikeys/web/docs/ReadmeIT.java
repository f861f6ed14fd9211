package org.apikeys.web.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
  private static final Pattern BLOCK =
      Pattern.compile("^```bash$(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String NEXT = "---- next block ----";
  private static final int LIMIT_SECONDS = 60;

  /** What each block printed, in their order. */
  private List<String> printed = List.of();

  @BeforeAll
  void pasteAllBlocks(RunningServer server) throws IOException, InterruptedException {
    for (String program : List.of("bash", "curl", "sed", "grep")) {
      assumeTrue(isThere(program), "skipped: the README's lines need " + program);
    }
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(7);
    printed = List.of(run(server, String.join("\necho '" + NEXT + "'\n", blocks)).split(NEXT, -1));
    assertThat(printed).hasSameSizeAs(blocks);
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

  private static List<String> blocks() throws IOException {
    Matcher chapter = CHAPTER.matcher(Files.readString(README));
    assertThat(chapter.find()).as("the README has a chapter about the first key").isTrue();
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(chapter.group(1));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  private static String run(RunningServer server, String script)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(Path.of("target"), "readme", ".log");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-eu", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("BASE", server.uri().toString());
    environment.put("PASSWORD", RunningServer.ADMIN_PASSWORD);
    environment.put("no_proxy", "127.0.0.1");
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    assertThat(ended && process.exitValue() == 0).as("the README's lines: %s", said).isTrue();
    return said;
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

  private static boolean isThere(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(java.io.File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
