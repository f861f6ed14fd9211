package org.apikeys.web.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code config/monitoring}: its rules and its dashboard ask for metrics that exist. */
@ExtendWith(SharedServer.class)
class MonitoringFilesIT {
  private static final Path FILES = Path.of("..", "config", "monitoring");
  private static final Pattern METRIC = Pattern.compile("apikeys_[a-z_]+");

  private final String metrics;

  MonitoringFilesIT(RunningServer server) {
    metrics = server.anonymous().header("Accept", "text/plain").get("/metrics").expect(200).body();
  }

  @Test
  void rulesAskForMetricsThatExist() throws IOException {
    Set<String> named = new TreeSet<>();
    for (JsonNode rule :
        new YAMLMapper()
            .readTree(FILES.resolve("prometheus-alerts.yml").toFile())
            .at("/groups/0/rules")) {
      assertThat(rule.path("annotations").path("summary").asText()).isNotEmpty();
      named.addAll(metricsIn(rule.path("expr").asText()));
    }
    assertThat(named).hasSizeGreaterThan(4).allSatisfy(this::exists);
  }

  @Test
  void everyRuleHasItsRunbook() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "operations.md"));
    for (JsonNode rule :
        new YAMLMapper()
            .readTree(FILES.resolve("prometheus-alerts.yml").toFile())
            .at("/groups/0/rules")) {
      String name = rule.path("alert").asText();
      assertThat(guide).contains("\n### " + name + "\n");
      assertThat(rule.path("annotations").path("runbook").asText())
          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void theDashboardAsksForMetricsThatExist() throws IOException {
    Set<String> named = new TreeSet<>();
    for (JsonNode panel :
        new ObjectMapper()
            .readTree(FILES.resolve("grafana-dashboard.json").toFile())
            .path("panels")) {
      assertThat(panel.path("targets")).isNotEmpty();
      panel
          .path("targets")
          .forEach(target -> named.addAll(metricsIn(target.path("expr").asText())));
    }
    assertThat(named).hasSizeGreaterThan(7).allSatisfy(this::exists);
  }

  private static Set<String> metricsIn(String expression) {
    Set<String> found = new TreeSet<>();
    Matcher metric = METRIC.matcher(expression);
    while (metric.find()) {
      found.add(metric.group());
    }
    assertThat(found).as(expression).isNotEmpty();
    return found;
  }

  private void exists(String metric) {
    assertThat(metrics).containsPattern("(?m)^" + metric + "[ {]");
  }
}
