package org.apikeys.request;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogKeeper;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.Orders;
import org.apikeys.key.SecretHolders;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.store.TestServices;
import org.jspecify.annotations.Nullable;

/** Requests without a store. */
final class SomeRequests {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  static final Caller DORA = Orders.person(2, "Dora", 1, "developer");
  static final Stage MANAGERS = new Stage(1, List.of("manager"), null, null, false);

  /** Whose secrets nobody else holds. */
  static final SecretHolders IN_PERSON =
      new SecretHolders() {
        @Override
        public Set<String> behind(Caller caller) {
          return Set.of(caller.owner());
        }
      };

  private SomeRequests() {}

  static Ruling ruling(Stage... stages) {
    return new Ruling(
        "production",
        List.of(),
        List.of(stages),
        Duration.ofDays(7),
        Duration.ofDays(5),
        Duration.ofDays(1),
        Duration.ofDays(3),
        "admin");
  }

  /** A request for a new key. */
  static KeyRequest newKey(Stage... stages) {
    return request(RequestKind.NEW_KEY, null, Orders.aKey("shop"), stages);
  }

  static KeyRequest request(
      RequestKind kind,
      KeyProposals.@Nullable Change change,
      KeyConfiguration wanted,
      Stage... stages) {
    return request(DORA, kind, change, wanted, stages);
  }

  static KeyRequest request(
      Caller requester,
      RequestKind kind,
      KeyProposals.@Nullable Change change,
      KeyConfiguration wanted,
      Stage... stages) {
    return new KeyRequest(
        requester,
        new Submission(
            kind,
            Set.of(requester.owner()),
            "the shop's key",
            "because",
            change,
            wanted,
            null,
            null,
            new Judgement(
                ruling(stages), new Risk(42, List.of("a reason")), List.of("agents:read")),
            NOON.plus(Duration.ofDays(7))),
        NOON);
  }

  /** A change of a limit, and of what else is widened. */
  static KeyProposals.Change change(String... widened) {
    return new KeyProposals.Change(
        8,
        "shop",
        Orders.from("{\"name\": \"shop\", \"rate_limit\": 5}"),
        Orders.from("{\"name\": \"shop\", \"rate_limit\": 9}"),
        false,
        true,
        List.of(widened));
  }

  static Agreement agreed(KeyRequest request, String by, @Nullable String inStead, int stage) {
    return new Agreement(by, NOON, "fine", inStead, List.of(), stage, request.digest(), true);
  }

  /** How many records of an action the log has. */
  static long records(TestServices services, Action action) {
    services.get(LogKeeper.class).advance();
    return services
        .store()
        .number("SELECT COUNT(*) FROM audit_record WHERE action = '" + action.word() + "'");
  }
}
