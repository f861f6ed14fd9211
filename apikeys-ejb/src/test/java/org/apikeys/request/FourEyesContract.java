package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.apikeys.key.Orders.MONA;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.key.SecretKeeper;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Nobody gets round another person's eyes with a key of that person's. */
interface FourEyesContract {
  Caller ADMIN = Orders.admin();

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addStaff();
    store().addPerson(4, TestStore.DEFAULT, "mona", "manager");
    return services;
  }

  /** A key of a manager's that an administrator has issued, and keeps. */
  private static IssuedKey bot(TestServices services, String owner, String environment) {
    return services
        .get(KeyIssuer.class)
        .issue(
            ADMIN,
            Orders.from(
                Json.write(
                    Map.of(
                        "name",
                        "bot",
                        "owner",
                        owner,
                        "environment",
                        environment,
                        "scopes",
                        new String[] {"requests:read", "requests:approve", "keys:write"}))));
  }

  /** Policies under which a manager has keys for development at once, whatever these may do. */
  private static void freeDevelopment(TestServices services) {
    services
        .get(Policies.class)
        .replace(
            ADMIN,
            Json.read(
                "{\"policies\": [{\"name\": \"free\", \"when\": {\"environments\":"
                    + " [\"development\"]}, \"automatic\": true}, {\"name\": \"rest\", \"stages\":"
                    + " [{\"approvals\": 1, \"roles\": [\"manager\", \"admin\"]}]}]}",
                JsonNode.class),
            null);
  }

  private static Caller by(IssuedKey key, String owner) {
    return Orders.key(
        key.view().id(), owner, "manager", "requests:read", "requests:approve", "keys:write");
  }

  private static RequestView asked(TestServices services, Caller caller, String type) {
    return services
        .get(RequestDesk.class)
        .askForKey(
            caller,
            RequestKind.NEW_KEY,
            Orders.from("{\"name\": \"shop\", \"type\": \"" + type + "\"}"),
            "because");
  }

  private static RequestView approved(TestServices services, Caller caller, RequestView request) {
    return services
        .get(Approvals.class)
        .approve(caller, request.id(), new Approvals.Decision("ok", request.digest(), null), null);
  }

  @Test
  default void aSecretComesToNobodyButTheOwnerWhomPolicyWouldNotGiveTheKey() {
    TestServices services = services();
    SecretKeeper secrets = services.get(SecretKeeper.class);
    long bot = bot(services, "mona", "production").view().id();
    RequestView request = asked(services, DORA, "service");
    approved(services, MAX, request);
    long doras = services.get(RequestDesk.class).claim(DORA, request.id(), null, null).view().id();

    refused(ProblemType.FORBIDDEN, () -> secrets.rotate(MAX, bot, null, null));
    refused(ProblemType.FORBIDDEN, () -> secrets.rotate(MAX, doras, null, null));
    assertThat(secrets.rotate(ADMIN, bot, null, null).view().generation()).isEqualTo(2);
    assertThat(secrets.rotate(MONA, bot, null, null).view().generation()).isEqualTo(3);
    assertThat(secrets.rotate(DORA, doras, null, null).view().generation()).isEqualTo(2);
  }

  @Test
  default void aKeyOfTheirsInOtherHandsIsNoWayRoundThat() {
    TestServices services = services();
    SecretKeeper secrets = services.get(SecretKeeper.class);
    IssuedKey bot = bot(services, "mona", "development");
    long production = bot(services, "mona", "production").view().id();
    freeDevelopment(services);
    secrets.rotate(MAX, bot.view().id(), Duration.ZERO, null);

    refused(ProblemType.FORBIDDEN, () -> secrets.rotate(by(bot, "mona"), production, null, null));
    assertThat(secrets.rotate(MONA, bot.view().id(), Duration.ZERO, null).view().generation())
        .isEqualTo(3);
    secrets.rotate(by(bot, "mona"), production, null, null);
  }

  @Test
  default void theRequesterDoesNotDecideByAKeyThatTheyHold() {
    TestServices services = services();
    SecretKeeper secrets = services.get(SecretKeeper.class);
    IssuedKey bot = bot(services, "mona", "development");
    freeDevelopment(services);
    secrets.rotate(MAX, bot.view().id(), Duration.ZERO, null);
    RequestView ofMax = asked(services, MAX, "service");
    RequestView another = asked(services, MAX, "service");

    refused(ProblemType.SELF_APPROVAL, () -> approved(services, by(bot, "mona"), ofMax));
    refused(
        ProblemType.SELF_APPROVAL,
        () -> services.get(Approvals.class).reject(by(bot, "mona"), another.id(), "no", null));
    // both generations work, and Max still has the one before
    secrets.rotate(MONA, bot.view().id(), Duration.ofHours(1), null);
    refused(ProblemType.SELF_APPROVAL, () -> approved(services, by(bot, "mona"), ofMax));
    services.clock().forward(Duration.ofHours(2));
    assertThat(approved(services, by(bot, "mona"), ofMax).status()).isEqualTo("approved");
  }

  @Test
  default void onePersonIsNotTwoByAKeyThatTheyIssued() {
    TestServices services = services();
    IssuedKey bot = bot(services, "mona", "production");
    RequestView request = asked(services, DORA, "monitoring");
    assertThat(request.requiredApprovals()).isEqualTo(2);

    RequestView first = approved(services, by(bot, "mona"), request);
    assertThat(first.approvals().get(0).by()).isEqualTo("mona");
    assertThat(first.approvals().get(0).heldBy()).containsExactly("admin");
    refused(ProblemType.CONFLICT, () -> approved(services, ADMIN, request));
    refused(ProblemType.CONFLICT, () -> approved(services, MONA, request));
    assertThat(awaiting(services, ADMIN)).isZero();
    assertThat(approved(services, MAX, request).status()).isEqualTo("approved");

    RequestView other = asked(services, DORA, "monitoring");
    approved(services, ADMIN, other);
    refused(ProblemType.CONFLICT, () -> approved(services, by(bot, "mona"), other));
  }

  @Test
  default void whoHoldsTheAskingKeyDoesNotDecideEither() {
    TestServices services = services();
    IssuedKey bot = bot(services, "mona", "production");
    RequestView request = asked(services, by(bot, "mona"), "service");
    assertThat(request.requestedBy()).isEqualTo("mona");

    refused(ProblemType.SELF_APPROVAL, () -> approved(services, ADMIN, request));
    assertThat(awaiting(services, ADMIN)).isZero();
    refused(
        ProblemType.VALIDATION_FAILED,
        () ->
            services
                .get(Approvals.class)
                .delegate(
                    MAX, request.id(), "admin", services.clock().instant().plusSeconds(60), null));
    assertThat(approved(services, MAX, request).status()).isEqualTo("approved");
  }

  private static long awaiting(TestServices services, Caller caller) {
    return services
        .get(RequestReader.class)
        .list(caller, new RequestFilter(null, null, null, false, true), 1, 10)
        .total();
  }

  @Test
  default void aSecretOfBeforeThatWasNotedIsInTheHandsOfWhoCreatedItsKey() {
    TestServices services = services();
    IssuedKey bot = bot(services, "mona", "production");
    store().execute("UPDATE key_secret SET handed_to = NULL");
    RequestView doras = asked(services, DORA, "monitoring");
    approved(services, by(bot, "mona"), doras);
    refused(ProblemType.CONFLICT, () -> approved(services, ADMIN, doras));
  }
}
