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

/** The lines of a guide, run as a newcomer pastes them: block after block, in one shell. */
final class PastedLines {
  private static final Pattern BLOCK =
      Pattern.compile("^```bash$(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String NEXT = "---- next block ----";
  private static final int LIMIT_SECONDS = 120;

  private PastedLines() {}

  /** What each block of the text printed, in their order. */
  static List<String> printed(RunningServer server, String text)
      throws IOException, InterruptedException {
    for (String program : List.of("bash", "curl", "sed", "grep")) {
      assumeTrue(isThere(program), "skipped: the guide's lines need " + program);
    }
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      blocks.add(block.group(1));
    }
    String all = run(server, String.join("\necho '" + NEXT + "'\n", blocks));
    List<String> printed = List.of(all.split(NEXT, -1));
    assertThat(printed).hasSameSizeAs(blocks);
    return printed;
  }

  private static String run(RunningServer server, String script)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(Path.of("target"), "guide", ".log");
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
    assertThat(ended && process.exitValue() == 0).as("the guide's lines: %s", said).isTrue();
    return said;
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
