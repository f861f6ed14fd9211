package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
  private static final Pattern LINK = Pattern.compile("(href|src)=\"([^\"]+)\"");
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
  void everyAddressOfTheConsoleIsItsPage() {
    String page = anonymous.get("/console/").expect(200).body();
    assertThat(page).contains("<ak-app>", "/openapi", "/health", "/metrics");
    assertThat(anonymous.get("/console/keys/key-7?x=1").expect(200).body()).isEqualTo(page);
  }

  @Test
  void whatThePageNamesIsThereAndKeptForEver() {
    List<String> links =
        LINK.matcher(anonymous.get("/console/").expect(200).body())
            .results()
            .map((MatchResult found) -> found.group(2))
            .filter(link -> link.startsWith("/console/"))
            .toList();
    assertThat(links).hasSizeGreaterThan(3);
    for (String link : links) {
      Answer file = anonymous.get(link).expect(200);
      assertThat(file.requireHeader("Cache-Control")).contains("immutable");
      assertThat(file.header("ETag")).isPresent();
      assertThat(
              anonymous
                  .get(link.replaceFirst("assets/\\w+/", "assets/old/"))
                  .expect(200)
                  .requireHeader("Cache-Control"))
          .isEqualTo("no-cache");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/assets/x/js/none.js",
        "/console/assets/x/index.html",
        "/console/assets/x/lib/swagger-ui/swagger-ui.css",
        "/console/assets/x/lib/lit-html/package.json",
        "/console/assets/x"
      })
  void otherFilesAreNotFound(String path) {
    anonymous.get(path).expectProblem(404, "NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console/", "/console/keys", "/explorer/", "/problems/CONFLICT"})
  void pagesLoadFromThisServerAloneAndAreFramedByNobody(String path) {
    Answer page = anonymous.get(path).expect(200);
    assertThat(page.requireHeader("Content-Security-Policy"))
        .startsWith("default-src '")
        .contains("frame-ancestors 'none'", "base-uri 'none'")
        .doesNotContain("http:", "https:");
    assertThat(page.header("Referrer-Policy")).contains("no-referrer");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void onlyTheExplorerHasStylesInItsElements() {
    assertThat(policy("/explorer/")).contains("style-src 'self' 'unsafe-inline'");
    assertThat(policy("/console/"))
        .contains("script-src 'self';", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe");
  }

  private String policy(String path) {
    return anonymous.get(path).expect(200).requireHeader("Content-Security-Policy");
  }
}
