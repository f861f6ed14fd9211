package org.apikeys.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apikeys.api.alert.AlertKind;
import org.junit.jupiter.api.Test;

/** The guide has a runbook for every kind of alert, and for no other. */
class SecurityGuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "security-monitoring.md");

  @Test
  void everyKindHasItsRunbook() throws IOException {
    assertThat(
            Pattern.compile("(?m)^### `([a-z_]+)`$")
                .matcher(Files.readString(GUIDE))
                .results()
                .map((MatchResult found) -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(AlertKind.values()).map(AlertKind::word).toList());
  }
}
