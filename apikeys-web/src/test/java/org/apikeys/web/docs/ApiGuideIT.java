package org.apikeys.web.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code docs/api.md}: what it shows is what happens. */
@ExtendWith(SharedServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class ApiGuideIT {
  private static final Path GUIDE = Path.of("..", "docs", "api.md");

  private List<String> printed = List.of();

  @BeforeAll
  void pasteAllBlocks(RunningServer server) throws IOException, InterruptedException {
    printed = PastedLines.printed(server, Files.readString(GUIDE));
    assertThat(printed).hasSize(8);
  }

  @Test
  void signsIn() {
    assertThat(printed.get(0)).contains("\"name\":\"admin\"");
  }

  @Test
  void makesOnce() {
    assertThat(lines(1))
        .satisfiesExactly(
            id -> assertThat(id).matches("key-[0-9]+"),
            replayed -> assertThat(replayed).isEqualTo("\"replayed\":true"),
            other -> assertThat(other).isEqualTo("\"code\":\"IDEMPOTENCY_MISMATCH\""));
  }

  @Test
  void showsWhatIsWrong() {
    assertThat(lines(2))
        .satisfiesExactly(
            field -> assertThat(field).contains("VALIDATION_FAILED", "\"errors\":[{\"field\""),
            end -> assertThat(end).contains("VALIDATION_FAILED", "expires_at"),
            missing -> assertThat(missing).contains("NOT_FOUND"),
            stranger -> assertThat(stranger).contains("UNAUTHENTICATED"));
  }

  @Test
  void changesWhatNobodyElseChanged() {
    assertThat(lines(3))
        .containsExactly("\"description\":\"Builds at three\"", "\"code\":\"PRECONDITION_FAILED\"");
  }

  @Test
  void pages() {
    assertThat(lines(4))
        .satisfiesExactly(
            list -> assertThat(list).matches("\"total\":[1-9][0-9]*,\"page\":1,\"size\":1"),
            newest -> assertThat(newest).isEqualTo("\"action\":\"key.updated\""),
            next -> assertThat(next).isEqualTo("\"action\":\"key.created\""));
  }

  @Test
  void asksWhetherAKeyMay() {
    assertThat(lines(5))
        .startsWith(
            "\"code\":\"VALID\",\"status\":200", "\"code\":\"INSUFFICIENT_SCOPE\",\"status\":403")
        .hasSizeGreaterThan(5);
  }

  @Test
  void asksForAKey() {
    assertThat(lines(6))
        .containsExactly(
            "\"code\":\"SELF_APPROVAL\"", "\"status\":\"approved\"", "\"key\":\"sk_live_");
  }

  @Test
  void rotates() {
    assertThat(printed.get(7))
        .contains("\"previous_key_expires_at\":\"2", "\"generation\":1", "\"generation\":2")
        .contains("API key deleted successfully", "\"code\":\"REVOKED\",\"status\":401");
  }

  private List<String> lines(int block) {
    return printed.get(block).lines().filter(line -> !line.isBlank()).toList();
  }
}
