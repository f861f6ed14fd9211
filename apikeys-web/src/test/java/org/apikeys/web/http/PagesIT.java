package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages: where they are, where they lead, and what a browser may do with them. */
@ExtendWith(SharedServer.class)
class PagesIT {
  private static final Pattern LINK = Pattern.compile("href=\"([^\"]+)\"");
  private final Api anonymous;

  PagesIT(RunningServer server) {
    anonymous = server.anonymous();
  }

  @Test
  void leadsFromTheRootToTheConsole() {
    Answer root = anonymous.get("/").expect(302);
    assertThat(root.header("Location")).contains("/console/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console", "/explorer"})
  void leadsToTheFolder(String path) {
    Answer answer = anonymous.get(path);
    assertThat(answer.status()).isIn(301, 302);
    assertThat(answer.requireHeader("Location")).endsWith(path + "/");
  }

  @Test
  void consoleLeadsToWhatIsThere() {
    List<String> links =
        LINK.matcher(anonymous.get("/console/").expect(200).body())
            .results()
            .map((MatchResult found) -> URI.create("/console/").resolve(found.group(1)).toString())
            .toList();
    assertThat(links).contains("/explorer/", "/openapi", "/health", "/metrics");
    for (ProblemType type : ProblemType.values()) {
      assertThat(links).contains(type.page());
    }
    assertThat(links).allSatisfy(link -> anonymous.get(link).expect(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console/", "/console/console.css", "/explorer/", "/problems/CONFLICT"})
  void pagesLoadFromThisServerAloneAndAreFramedByNobody(String path) {
    Answer page = anonymous.get(path).expect(200);
    assertThat(page.requireHeader("Content-Security-Policy"))
        .startsWith("default-src 'self'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("http:", "https:", "script-src");
    assertThat(page.header("Referrer-Policy")).contains("no-referrer");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void onlyTheExplorerHasStylesInItsElements() {
    assertThat(policy("/explorer/")).contains("style-src 'self' 'unsafe-inline'");
    assertThat(policy("/console/")).doesNotContain("unsafe");
  }

  private String policy(String path) {
    return anonymous.get(path).expect(200).requireHeader("Content-Security-Policy");
  }
}
