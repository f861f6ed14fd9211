package org.apikeys.web.contract;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.web.contract.Contract.Operation;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.MadeUpKey;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.SharedServer;
import org.apikeys.web.server.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Calls every operation of the document with what nobody should send: the answer is one that the
 * document names, in the form that it promises, and never a failure of the server.
 *
 * <p>The calls are the same in every run. Others: {@code -Dapikeys.fuzz.seed=<number>}; more:
 * {@code -Dapikeys.fuzz.calls=<calls of each operation>}.
 */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomCallsIT {
  private static final System.Logger LOG = System.getLogger(RandomCallsIT.class.getName());
  private static final long SEED = Long.getLong("apikeys.fuzz.seed", 20_260_131L);
  private static final int CALLS = Integer.getInteger("apikeys.fuzz.calls", 6);
  private static final int AT_ONCE = 3;

  /** What only the installation's own administrators may do, and may be tried without harm. */
  private static final Set<String> OPERATIONS_OF_THE_OPERATOR =
      Set.of(
          "createOrganization",
          "getCluster",
          "getOrganization",
          "getPurge",
          "getSettings",
          "getUser",
          "listOrganizations",
          "listPlugins",
          "listUsers",
          "makeBackup",
          "purgeAuditLog",
          "readConfiguration",
          "readPlugin",
          "updateOrganization",
          "updateRetention");

  private final RunningServer server;
  private final Tenant tenant;
  private final Contract contract = Contract.read();
  private final Promise promise = new Promise(contract);
  private final ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);
  private final CallMaker maker;
  private final List<Map<String, String>> credentials;
  private final Map<String, String> operator;
  private final Object retention;

  RandomCallsIT(RunningServer server, Tenant tenant) {
    this.server = server;
    this.tenant = tenant;
    Belongings belongings = new Belongings(tenant);
    // it may be renamed and closed
    belongings.put("organizations/{id}", server.newTenant().id());
    belongings.put("plugins/{id}", "no-such-plugin");
    maker = new CallMaker(contract, belongings);
    credentials = credentials(tenant);
    operator = bearer(server.token("admin", RunningServer.ADMIN_PASSWORD));
    retention = server.admin().get("/api/v1/audit/retention").expect(200).at("/classes");
  }

  private static List<Map<String, String>> credentials(Tenant tenant) {
    String machine =
        tenant
            .key()
            .with("scopes", List.copyOf(ManagementScope.DESCRIPTIONS.keySet()))
            .unlimited()
            .issue()
            .value();
    Map<String, String> admin = bearer(tenant.person("admin").token());
    Map<String, String> program = Map.of("X-API-Key", machine);
    return List.of(
        admin,
        admin,
        admin,
        admin,
        program,
        program,
        program,
        bearer(tenant.person("developer").token()),
        bearer(tenant.person("manager").token()),
        bearer(tenant.person("auditor").token()),
        Map.of(),
        Map.of("X-API-Key", machine, "Authorization", "Bearer " + machine),
        Map.of("X-API-Key", MadeUpKey.wellFormed()));
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  @BeforeAll
  static void saySeed() {
    LOG.log(System.Logger.Level.INFO, "seed " + SEED + ", " + CALLS + " calls of each operation");
  }

  @AfterAll
  void leaveNothingThatStandsInTheWay() {
    callers.shutdownNow();
    server.admin().put("/api/v1/audit/retention", Json.object("classes", retention)).expect(200);
    tenant
        .admin()
        .get("/api/v1/audit/holds?size=200")
        .expect(200)
        .at("/holds")
        .forEach(hold -> tenant.admin().delete("/api/v1/audit/holds/" + hold.path("id").asLong()));
  }

  @TestFactory
  Stream<DynamicTest> everyOperationAnswersAsItPromises() {
    return contract.operations().stream()
        .map(
            operation ->
                DynamicTest.dynamicTest(operation.id(), () -> answersAsPromised(operation)));
  }

  private void answersAsPromised(Operation operation) throws InterruptedException {
    URI root = server.uri();
    List<Callable<Void>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      Random random = new Random(SEED + 31L * operation.id().hashCode() + i);
      RandomCall call = maker.make(operation, credential(operation, random), random);
      calls.add(
          () -> {
            Answer answer = call.make(root);
            try {
              promise.isKept(operation, call, answer);
            } catch (AssertionError e) {
              throw new AssertionError("seed " + SEED + ": " + call + "\n" + e.getMessage(), e);
            }
            return null;
          });
    }
    List<Throwable> failures = new ArrayList<>();
    for (Future<Void> done : callers.invokeAll(calls)) {
      try {
        done.get();
      } catch (ExecutionException e) {
        failures.add(e.getCause() == null ? e : e.getCause());
      }
    }
    if (!failures.isEmpty()) {
      AssertionError first =
          new AssertionError(
              failures.size()
                  + " of "
                  + CALLS
                  + " calls; the first: "
                  + failures.get(0).getMessage());
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  private Map<String, String> credential(Operation operation, Random random) {
    if (OPERATIONS_OF_THE_OPERATOR.contains(operation.id()) && random.nextBoolean()) {
      return operator;
    }
    if (random.nextInt(30) == 0) {
      return Map.of("Authorization", OddValues.header(random));
    }
    return credentials.get(random.nextInt(credentials.size()));
  }
}
