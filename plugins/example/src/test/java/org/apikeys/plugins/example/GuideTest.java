package org.apikeys.plugins.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code in the author's guide is the code of this module. */
class GuideTest {
  private static final Pattern BLOCK =
      Pattern.compile("```(java|text|xml)\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyBlockOfTheGuideStandsInThisModule() throws IOException {
    String guide = Files.readString(Path.of("..", "..", "docs", "plugins.md"));
    String module = module();
    List<String> blocks =
        BLOCK.matcher(guide).results().map((MatchResult found) -> found.group(2)).toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    for (String block : blocks) {
      assertThat(withoutSpace(module)).contains(withoutSpace(block));
    }
  }

  private static String module() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("GuideTest.java"))
          .map(GuideTest::content)
          .collect(Collectors.joining("\n"));
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
