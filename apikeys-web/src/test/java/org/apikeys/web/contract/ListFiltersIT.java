package org.apikeys.web.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apikeys.web.contract.Contract.Operation;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every parameter of every query of the document with every other, two at a time and each with
 * values that it may have: two parts of a statement that are right for themselves may make one that
 * the store refuses. The answer is one that the document names, and 200 wherever nothing but
 * filters was sent.
 */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListFiltersIT {
  private static final int AT_ONCE = 3;

  /** Of a long enumeration so many words are tried, from all over it. */
  private static final int MOST_VALUES = 5;

  /** What a parameter of the name may be where the document has no example of it, or a poor one. */
  private static final Map<String, List<String>> VALUES =
      Map.ofEntries(
          Map.entry("page", List.of("1", "2")),
          Map.entry("size", List.of("1", "200")),
          Map.entry("q", List.of("pipeline", "it's 100%_?!")),
          Map.entry("from", List.of(days(-10))),
          Map.entry("to", List.of(days(1))),
          Map.entry("interval", List.of("day")),
          Map.entry("zone", List.of("Europe/Berlin")),
          Map.entry("within", List.of("P30D")),
          Map.entry("days", List.of("30")),
          Map.entry("limit", List.of("1000")),
          // the server's forecast needs a limit beside it
          Map.entry("of", List.of("organization")),
          Map.entry("schedule", List.of("1")),
          Map.entry("requester", List.of("admin")));

  /** What has to be right for itself, or of another answer: a cursor, sizes of the audit tree. */
  private static final Set<String> LEFT_OUT = Set.of("cursor");

  /** Operations whose parameters are no filters; a pair of them may well be 400. */
  private static final Set<String> NO_LISTS =
      Set.of("getInclusionProof", "getConsistencyProof", "authorizeGet");

  private final Contract contract = Contract.read();
  private final Promise promise = new Promise(contract);
  private final ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);
  private final Belongings belongings;
  private final Api admin;
  private final Api operator;

  ListFiltersIT(RunningServer server, Tenant tenant) {
    belongings = new Belongings(tenant);
    admin = tenant.admin();
    operator = server.admin();
  }

  private static String days(int from) {
    return Instant.now().plus(from, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @AfterAll
  void stop() {
    callers.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> takesEveryParameterWithEveryOther() {
    return contract.operations().stream()
        .filter(operation -> operation.verb().equals("GET"))
        .filter(operation -> !NO_LISTS.contains(operation.id()) && !isEndless(operation))
        .filter(operation -> parameters(operation).size() > 1)
        .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> takesAll(operation)));
  }

  private static boolean isEndless(Operation operation) {
    return operation.responses().path("200").path("content").has("text/event-stream");
  }

  private static List<JsonNode> parameters(Operation operation) {
    return operation.parametersIn("query").stream()
        .filter(one -> !LEFT_OUT.contains(one.path("name").asText()))
        .toList();
  }

  private void takesAll(Operation operation) throws InterruptedException {
    List<String> queries = List.copyOf(queries(operation));
    boolean isTheOperators = call(admin, operation, queries.get(0)).status() == 403;
    Api caller = isTheOperators ? operator : admin;
    List<Callable<Void>> calls = new ArrayList<>();
    for (String query : queries) {
      calls.add(
          () -> {
            takes(operation, query, call(caller, operation, query));
            return null;
          });
    }
    List<String> failures = new ArrayList<>();
    for (Future<Void> done : callers.invokeAll(calls)) {
      try {
        done.get();
      } catch (ExecutionException e) {
        failures.add(String.valueOf(e.getCause()));
      }
    }
    assertThat(failures).as("%d queries of %s", calls.size(), operation.path()).isEmpty();
  }

  private String path(Operation operation, String query) {
    return belongings.fill(operation.path()).replace("{report}", "compliance") + "?" + query;
  }

  private Answer call(Api caller, Operation operation, String query) {
    return caller.get(path(operation, query));
  }

  private void takes(Operation operation, String query, Answer answer) {
    RandomCall call = RandomCall.of("GET", path(operation, query), Map.of(), new byte[0], Set.of());
    promise.isKept(operation, call, answer);
    if (!operation.path().contains("{")) {
      answer.expect(200);
    }
  }

  /** Each value of each parameter with each of every other; what is required goes along. */
  private Set<String> queries(Operation operation) {
    List<JsonNode> parameters = parameters(operation);
    Set<String> queries = new LinkedHashSet<>();
    for (int i = 0; i < parameters.size(); i++) {
      for (int j = i + 1; j < parameters.size(); j++) {
        for (String one : pairs(parameters.get(i))) {
          for (String other : pairs(parameters.get(j))) {
            queries.add(one + "&" + other + required(parameters, i, j));
          }
        }
      }
    }
    return queries;
  }

  private String required(List<JsonNode> parameters, int i, int j) {
    StringBuilder required = new StringBuilder();
    for (int k = 0; k < parameters.size(); k++) {
      if (k != i && k != j && parameters.get(k).path("required").asBoolean()) {
        required.append('&').append(pairs(parameters.get(k)).get(0));
      }
    }
    return required.toString();
  }

  /** The parameter with each of its values, as they stand in a query. */
  private List<String> pairs(JsonNode parameter) {
    String name = parameter.path("name").asText();
    return values(name, parameter).stream()
        .map(value -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
        .toList();
  }

  private List<String> values(String name, JsonNode parameter) {
    JsonNode schema = contract.resolve(parameter.path("schema"));
    List<String> known = VALUES.get(name);
    if (known != null) {
      return known;
    }
    if (name.equals("key") || name.equals("keys")) {
      return List.of(belongings.key().keyId());
    }
    if (schema.has("enum")) {
      return some(schema.path("enum"));
    }
    if (schema.path("type").asText().equals("boolean")) {
      return List.of("true", "false");
    }
    JsonNode example =
        parameter.has("example") ? parameter.path("example") : schema.path("example");
    assertThat(example.isMissingNode()).as("no example of %s", name).isFalse();
    return List.of(example.asText());
  }

  private static List<String> some(JsonNode words) {
    Set<String> some = new LinkedHashSet<>();
    for (int i = 0; i < MOST_VALUES; i++) {
      some.add(words.path(i * (words.size() - 1) / (MOST_VALUES - 1)).asText());
    }
    return List.copyOf(some);
  }
}
