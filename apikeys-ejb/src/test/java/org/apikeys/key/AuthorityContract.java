package org.apikeys.key;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.apikeys.key.Orders.aDevelopmentKey;
import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who may do what with whose keys. */
interface AuthorityContract {
  Caller STRANGER = Orders.person(4, "stranger", 900, "admin");

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    store().addStaff();
    store().addPerson(4, 900, "stranger", "admin");
    return services;
  }

  @Test
  default void anotherOrganizationsKeyDoesNotExist() {
    TestServices services = services();
    long id = services.get(KeyIssuer.class).issue(admin(), aKey("ours")).view().id();
    KeyKeeper keeper = services.get(KeyKeeper.class);
    SecretKeeper secrets = services.get(SecretKeeper.class);
    KeyValues values = services.get(KeyValues.class);
    KeyReader reader = services.get(KeyReader.class);

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> reader.read(STRANGER, id),
            () -> reader.grants(STRANGER, id),
            () -> reader.limits(STRANGER, id),
            () -> reader.generations(STRANGER, id),
            () -> services.get(KeyHistory.class).versions(STRANGER, id, 1, 10),
            () -> services.get(KeyHistory.class).at(STRANGER, id, services.clock().instant()),
            () -> keeper.present(STRANGER, id),
            () -> keeper.change(STRANGER, id, present -> present, false, null),
            () -> secrets.rotate(STRANGER, id, null, null),
            () -> keeper.renew(STRANGER, id, services.clock().instant(), null),
            () -> keeper.revoke(STRANGER, id, null, null),
            () -> values.reveal(STRANGER, id))) {
      refused(ProblemType.NOT_FOUND, call);
    }
    assertThat(reader.list(STRANGER, KeyFilter.LATEST_USED, 1, 10).items()).isEmpty();
    assertThat(services.get(KeyNumbers.class).reported(STRANGER, List.of(id))).isEmpty();
    refused(
        ProblemType.VALIDATION_FAILED,
        () ->
            services
                .get(KeyIssuer.class)
                .issue(admin(), Orders.with(aKey("theirs"), Map.of("owner", "stranger"))));
  }

  @Test
  default void onlyWhoSeesOrGuardsThemAllReportsOnColleaguesKeys() {
    TestServices services = services();
    long id = services.get(KeyIssuer.class).issue(admin(), aKey("the admin's")).view().id();
    KeyNumbers numbers = services.get(KeyNumbers.class);

    assertThat(numbers.reported(DORA, List.of(id))).isEmpty();
    assertThat(numbers.reported(STRANGER, List.of(id))).isEmpty();
    assertThat(numbers.reported(MAX, List.of(id))).containsOnlyKeys(id);
    assertThat(numbers.reported(Orders.person(9, "gate", 1, "gateway"), List.of(id)))
        .containsOnlyKeys(id);
  }

  @Test
  default void aColleaguesKeyDoesNotExistForADeveloper() {
    TestServices services = services();
    long id = services.get(KeyIssuer.class).issue(admin(), aKey("the admin's")).view().id();

    refused(ProblemType.NOT_FOUND, () -> services.get(KeyReader.class).read(DORA, id));
    refused(
        ProblemType.NOT_FOUND, () -> services.get(KeyKeeper.class).revoke(DORA, id, null, null));
    assertThat(services.get(KeyReader.class).read(MAX, id).id()).isEqualTo(id);
  }

  @Test
  default void handsOnNoManagementScopeThatTheCallerDoesNotHold() {
    TestServices services = services();
    KeyIssuer issuer = services.get(KeyIssuer.class);
    IssuedKey own = issuer.issue(DORA, aDevelopmentKey("own", "keys:read"));

    refused(ProblemType.FORBIDDEN, () -> issuer.issue(DORA, aDevelopmentKey("more", "audit:read")));
    refused(ProblemType.FORBIDDEN, () -> issuer.issue(DORA, aDevelopmentKey("pattern", "audit:*")));
    refused(
        ProblemType.FORBIDDEN,
        () ->
            services
                .get(KeyKeeper.class)
                .change(
                    DORA,
                    own.view().id(),
                    present -> Orders.withScopes(present, "keys:read", "audit:read"),
                    null,
                    null));
  }

  @Test
  default void aKeyCantTakeAKeyThatExceedsItsOwnScopesIntoItsHands() {
    TestServices services = services();
    Caller machine = Orders.key(99, "admin", "admin", "keys:read", "keys:write", "keys:reveal");
    KeyKeeper keeper = services.get(KeyKeeper.class);
    SecretKeeper secrets = services.get(SecretKeeper.class);
    KeyValues values = services.get(KeyValues.class);
    long strong =
        services
            .get(KeyIssuer.class)
            .issue(
                admin(),
                Orders.from(
                    "{\"name\": \"strong\", \"scopes\": [\"users:manage\"], \"rate_limit\": 5,"
                        + " \"publishable\": true, \"environment\": \"development\"}"))
            .view()
            .id();
    long weak = services.get(KeyIssuer.class).issue(admin(), aDevelopmentKey("weak")).view().id();

    refused(ProblemType.FORBIDDEN, () -> secrets.rotate(machine, strong, null, null));
    refused(ProblemType.FORBIDDEN, () -> values.reveal(machine, strong));
    refused(
        ProblemType.FORBIDDEN,
        () -> keeper.change(machine, strong, present -> Orders.withLimit(present, 6L), null, null));
    assertThatCode(
            () ->
                keeper.change(
                    machine, strong, present -> Orders.withLimit(present, 4L), null, null))
        .as("narrowing")
        .doesNotThrowAnyException();
    assertThatCode(() -> keeper.change(machine, strong, present -> present, false, null))
        .as("switching it off")
        .doesNotThrowAnyException();
    refused(
        ProblemType.FORBIDDEN,
        () -> keeper.change(machine, strong, present -> present, true, null));
    refused(
        ProblemType.FORBIDDEN,
        () ->
            services
                .get(KeyProposals.class)
                .ofChange(
                    machine, strong, new KeyProposals.Wanted(before -> before, true, false), null));
    assertThatCode(() -> keeper.change(admin(), strong, present -> present, true, null))
        .doesNotThrowAnyException();
    assertThatCode(() -> secrets.rotate(machine, weak, null, null)).doesNotThrowAnyException();
    assertThatCode(() -> keeper.revoke(machine, strong, null, null)).doesNotThrowAnyException();
  }

  @Test
  default void aManagerCantTakeTheSecretOfAStrongerKey() {
    TestServices services = services();
    long strong =
        services
            .get(KeyIssuer.class)
            .issue(admin(), aDevelopmentKey("strong", "users:manage"))
            .view()
            .id();

    refused(
        ProblemType.FORBIDDEN,
        () -> services.get(SecretKeeper.class).rotate(MAX, strong, null, null));
  }

  @Test
  default void aKeyWithoutLimitsTakesAnAdministrator() {
    TestServices services = services();
    KeyConfiguration unlimited =
        Orders.with(aDevelopmentKey("unlimited"), Map.of("unlimited", true));
    IssuedKey own = services.get(KeyIssuer.class).issue(DORA, aDevelopmentKey("limited"));

    refused(ProblemType.FORBIDDEN, () -> services.get(KeyIssuer.class).issue(DORA, unlimited));
    refused(
        ProblemType.FORBIDDEN,
        () ->
            services
                .get(KeyKeeper.class)
                .change(DORA, own.view().id(), present -> unlimited, null, null));
    assertThat(services.get(KeyIssuer.class).issue(admin(), unlimited).view().configuration())
        .satisfies(key -> assertThat(key.unlimited()).isTrue());
  }

  @Test
  default void othersThanAdministratorsGetDevelopmentKeysAtOnce() {
    TestServices services = services();
    KeyIssuer issuer = services.get(KeyIssuer.class);
    for (Caller caller : List.of(DORA, MAX)) {
      assertThat(
              issuer.issue(caller, aDevelopmentKey("at once", "agents:write")).view().createdBy())
          .isEqualTo(caller.name());
      refused(ProblemType.FORBIDDEN, () -> issuer.issue(caller, aKey("production")));
      refused(
          ProblemType.FORBIDDEN,
          () ->
              issuer.issue(caller, Orders.with(aKey("staging"), Map.of("environment", "staging"))));
      refused(
          ProblemType.FORBIDDEN, () -> issuer.issue(caller, aDevelopmentKey("h", "users:roles")));
      refused(
          ProblemType.FORBIDDEN,
          () ->
              issuer.issue(
                  caller, Orders.with(aDevelopmentKey("system"), Map.of("type", "monitoring"))));
    }
  }

  @Test
  default void onlyAnAdministratorGivesAKeyToAnother() {
    TestServices services = services();
    KeyIssuer issuer = services.get(KeyIssuer.class);
    KeyConfiguration forDora = Orders.with(aDevelopmentKey("gift"), Map.of("owner", "dora"));

    refused(ProblemType.FORBIDDEN, () -> issuer.issue(MAX, forDora));
    assertThat(issuer.issue(admin(), forDora).view().configuration().owner()).isEqualTo("dora");
    refused(
        ProblemType.VALIDATION_FAILED,
        () -> issuer.issue(admin(), Orders.with(forDora, Map.of("owner", "nobody"))));
  }

  @Test
  default void aDeveloperCantWidenARiskOnADevelopmentKey() {
    TestServices services = services();
    long own = services.get(KeyIssuer.class).issue(DORA, aDevelopmentKey("own")).view().id();

    refused(
        ProblemType.FORBIDDEN,
        () ->
            services
                .get(KeyKeeper.class)
                .change(
                    DORA, own, present -> Orders.withScopes(present, "users:roles"), null, null));
    refused(
        ProblemType.FORBIDDEN,
        () ->
            services
                .get(KeyKeeper.class)
                .change(
                    DORA,
                    own,
                    present -> Orders.with(present, Map.of("type", "monitoring")),
                    null,
                    null));
  }
}
