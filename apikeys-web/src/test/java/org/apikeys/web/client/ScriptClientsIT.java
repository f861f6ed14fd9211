package org.apikeys.web.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The tests of the clients in other languages, run as their README says, against the server. */
@ExtendWith(SharedServer.class)
class ScriptClientsIT {
  private static final Path CLIENTS = Path.of("..", "clients");
  private static final int LIMIT_MINUTES = 3;

  private final Tenant tenant;

  ScriptClientsIT(Tenant tenant) {
    this.tenant = tenant;
  }

  @Test
  void javascript() throws IOException, InterruptedException {
    String output = run("javascript", "node", "--test", "test/");
    assertThat(output).containsPattern("pass 17\\b").containsPattern("skipped 0\\b");
  }

  @Test
  void python() throws IOException, InterruptedException {
    String output = run("python", "python3", "-B", "-m", "unittest", "discover", "-s", "tests");
    assertThat(output).contains("Ran 25 tests").doesNotContain("skipped");
  }

  private String run(String folder, String... command) throws IOException, InterruptedException {
    assumeTrue(isThere(command[0]), "skipped: " + command[0] + " is not installed");
    Path output = Path.of("target", "client-" + folder + ".log").toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .directory(CLIENTS.resolve(folder).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("APIKEYS_URL", tenant.server().uri().toString());
    builder.environment().put("APIKEYS_TEST_TOKEN", tenant.person("admin").token());
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    return text;
  }

  private static boolean isThere(String program) {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
