package org.apikeys.permission;

import static org.apikeys.key.Orders.admin;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogKeeper;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyHistory;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.Orders;
import org.apikeys.permission.Catalogue.NamedScope;
import org.apikeys.permission.Catalogue.NamedSet;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Sets that administrators make: what they may grant, and who sees them. */
interface PermissionSetsContract {
  Caller STRANGER = Orders.person(4, "stranger", 900, "admin");

  TestStore store();

  private TestServices services() {
    TestServices services = new TestServices(store().emptied());
    store().addOrganization(900);
    return services;
  }

  private static PermissionSetOrder order(String name, String... scopes) {
    return new PermissionSetOrder(name, "For a test", List.of(scopes));
  }

  private static void invalid(ThrowingCallable call, String field, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.errors())
                    .singleElement()
                    .satisfies(
                        error -> {
                          assertThat(error.field()).isEqualTo(field);
                          assertThat(error.message()).contains(reason);
                        }));
  }

  @Test
  default void aSetGrantsItsScopesFromTheMomentItIsMadeUntilItIsGone() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    Catalogue catalogue = services.get(Catalogue.class);
    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("ours")).warnings())
        .containsExactly("No enabled plugin offers the permission set ours: it grants nothing.");

    MadeSet made = sets.create(admin(), order("ours", "agents:read", "users:read"));
    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("ours")).held())
        .containsExactly("agents:read", "users:read");
    sets.change(admin(), made.id(), order("ours", "agents:*"), Expected.of(made.version()));
    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("ours")).held())
        .containsExactly("agents:read", "agents:write");
    sets.delete(admin(), made.id(), null);
    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("ours")).held())
        .isEmpty();
    assertThat(catalogue.permissionSet("ours", TestStore.DEFAULT)).isEmpty();
  }

  @Test
  default void twoOrganizationsGiveOneNameToDifferentSets() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    Catalogue catalogue = services.get(Catalogue.class);
    MadeSet ours = sets.create(admin(), order("readers", "agents:read"));
    MadeSet theirs = sets.create(STRANGER, order("readers", "users:read"));

    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("readers")).held())
        .containsExactly("agents:read");
    assertThat(Grants.of(catalogue, 900, List.of(), List.of("readers")).held())
        .containsExactly("users:read");
    assertThat(Grants.of(catalogue, 901, List.of(), List.of("readers")).held()).isEmpty();
    sets.change(STRANGER, theirs.id(), order("readers", "agents:*"), null);
    assertThat(services.get(MadeSets.class).read(admin(), ours.id())).isEqualTo(ours);
    sets.delete(admin(), ours.id(), null);
    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("readers")).held())
        .isEmpty();
    assertThat(Grants.of(catalogue, 900, List.of(), List.of("readers")).held())
        .containsExactly("agents:read", "agents:write");
  }

  @Test
  default void aSetIsOfOneOrganization() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    MadeSets made = services.get(MadeSets.class);
    Catalogue catalogue = services.get(Catalogue.class);
    MadeSet ours = sets.create(admin(), order("ours", "agents:read"));
    MadeSet theirs = sets.create(STRANGER, order("theirs", "agents:read"));

    assertThat(made.list(admin(), 1, 10).items()).containsExactly(ours);
    assertThat(made.list(admin(), 1, 10).total()).isEqualTo(1);
    assertThat(made.list(admin(), 2, 1).items()).isEmpty();
    assertThat(made.list(STRANGER, 1, 10).items()).containsExactly(theirs);
    assertThat(made.read(admin(), ours.id())).isEqualTo(ours);
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> made.read(STRANGER, ours.id()),
            () -> made.versions(STRANGER, ours.id(), 1, 10),
            () -> sets.change(STRANGER, ours.id(), order("ours", "agents:write"), null),
            () -> sets.delete(STRANGER, ours.id(), null),
            () -> made.read(admin(), 999_999))) {
      refused(ProblemType.NOT_FOUND, call);
    }
    assertThat(catalogue.permissionSet("ours", TestStore.DEFAULT)).isPresent();
    assertThat(catalogue.permissionSet("ours", 900)).isEmpty();
    assertThat(catalogue.permissionSet("read-only", 900)).isPresent();
    assertThat(catalogue.permissionSet("no-such-set", 900)).isEmpty();
    assertThat(catalogue.permissionSets(900))
        .extracting(NamedSet::name)
        .contains("theirs", "read-only")
        .doesNotContain("ours");
    refused(ProblemType.CONFLICT, () -> sets.create(admin(), order("ours", "agents:read")));
    refused(ProblemType.CONFLICT, () -> sets.create(admin(), order("read-only", "agents:read")));
  }

  @Test
  default void whatAKeyCouldDoIsToldByItsSetsAsTheyWere() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    MadeSet set = sets.create(admin(), order("ours", "agents:read", "agents:write"));
    long key =
        services
            .get(KeyIssuer.class)
            .issue(
                admin(),
                Orders.from(
                    "{\"name\": \"held\", \"scopes\": [\"metrics:read\"],"
                        + " \"permission_sets\": [\"ours\", \"read-only\"]}"))
            .view()
            .id();
    Instant first = services.clock().instant();
    services.clock().forward(Duration.ofHours(1));
    sets.change(admin(), set.id(), order("ours", "agents:read"), null);
    Instant second = services.clock().instant();
    services.clock().forward(Duration.ofHours(1));
    sets.delete(admin(), set.id(), null);
    Instant third = services.clock().instant();
    KeyHistory history = services.get(KeyHistory.class);
    List<String> always = List.of("applications:read", "data:read", "metrics:read", "users:read");

    assertThat(held(history, key, first))
        .containsAll(always)
        .contains("agents:read", "agents:write");
    assertThat(held(history, key, second.minusMillis(1))).contains("agents:write");
    assertThat(held(history, key, second)).contains("agents:read").doesNotContain("agents:write");
    assertThat(held(history, key, third)).containsAll(always).doesNotContain("agents:read");
    assertThat(history.at(admin(), key, third))
        .hasValueSatisfying(
            then -> assertThat(then.warnings()).singleElement().asString().contains(" ours"));
    assertThat(history.at(admin(), key, first.minusMillis(1))).isEmpty();
    assertThat(history.versions(admin(), key, 1, 10).items())
        .singleElement()
        .satisfies(version -> assertThat(version.effectiveScopes()).isNull());
  }

  private static List<String> held(KeyHistory history, long key, Instant at) {
    return Objects.requireNonNull(history.at(admin(), key, at).orElseThrow().effectiveScopes());
  }

  @Test
  default void everyVersionIsShownUntilTheSetIsDeleted() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    MadeSets made = services.get(MadeSets.class);
    MadeSet first = sets.create(admin(), order("ours", "agents:read", "agents:write"));
    assertThat(first.createdBy()).isEqualTo("admin");
    assertThat(first.createdAt()).isEqualTo(services.clock().instant());
    services.clock().forward(Duration.ofHours(1));
    Caller max = Orders.person(3, "max", 1, "admin");
    MadeSet second =
        sets.change(
            max,
            first.id(),
            new PermissionSetOrder("ours", "Less", List.of("agents:read")),
            Expected.of(first.version()));

    assertThat(second.version()).isEqualTo(first.version() + 1);
    assertThat(second.createdAt()).isEqualTo(first.createdAt());
    assertThat(second.updatedAt()).isEqualTo(services.clock().instant());
    Instant now = services.clock().instant();
    assertThat(made.versions(admin(), first.id(), 1, 10).items())
        .containsExactly(
            new MadeSets.Version(second.version(), "Less", List.of("agents:read"), "max", now),
            new MadeSets.Version(
                first.version(),
                "For a test",
                List.of("agents:read", "agents:write"),
                "admin",
                now.minusSeconds(3_600)));
    assertThat(made.versions(admin(), first.id(), 1, 1).total()).isEqualTo(2);
    assertThat(made.versions(admin(), first.id(), 2, 1).items())
        .extracting(MadeSets.Version::version)
        .containsExactly(first.version());

    refused(
        ProblemType.PRECONDITION_FAILED,
        () ->
            sets.change(
                admin(), first.id(), order("ours", "agents:*"), Expected.of(first.version())));
    refused(
        ProblemType.PRECONDITION_FAILED,
        () -> sets.delete(admin(), first.id(), Expected.of(first.version())));
    sets.delete(admin(), first.id(), Expected.of(second.version()));
    refused(ProblemType.NOT_FOUND, () -> made.read(admin(), first.id()));
    assertThat(recorded(services))
        .containsExactly(
            Action.PERMISSION_SET_CREATED.word(),
            Action.PERMISSION_SET_UPDATED.word(),
            Action.PERMISSION_SET_DELETED.word());
  }

  @Test
  default void aNameThatKeysHaveFromASetThatIsNoMoreIsNoOthers() {
    TestServices services = services();
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    PermissionSets sets = services.get(PermissionSets.class);
    Catalogue catalogue = services.get(Catalogue.class);
    MadeSet made = sets.create(admin(), order("ours", "agents:read"));
    long first = holding(services, "ours");
    long second = holding(services, "ours");
    sets.delete(admin(), made.id(), null);

    assertThatThrownBy(() -> sets.create(admin(), order("ours", "agents:write")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.CONFLICT);
              assertThat(e.detail())
                  .contains("2 keys (key-" + first + ", key-" + second + ")", "another name");
            });
    assertThat(Grants.of(catalogue, TestStore.DEFAULT, List.of(), List.of("ours")).held())
        .isEmpty();
    sets.create(STRANGER, order("ours", "agents:write"));

    KeyKeeper keeper = services.get(KeyKeeper.class);
    keeper.revoke(admin(), first, "left", null);
    refused(ProblemType.CONFLICT, () -> sets.create(admin(), order("ours", "agents:write")));
    store().execute("UPDATE api_key SET archived_at = 1 WHERE id = " + second);
    sets.create(admin(), order("ours", "agents:write"));
  }

  private static long holding(TestServices services, String set) {
    return services
        .get(KeyIssuer.class)
        .issue(admin(), Orders.from("{\"name\": \"k\", \"permission_sets\": [\"" + set + "\"]}"))
        .view()
        .id();
  }

  @Test
  default void aKeyDoesNotFallFromASetToAPluginsOfTheSameName() {
    TestServices services = services();
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    PermissionSets sets = services.get(PermissionSets.class);
    MadeSet made = sets.create(admin(), order("ours", "agents:read"));
    long key = holding(services, "ours");
    // as if a plugin with a set of this name had come since
    store().execute("UPDATE permission_set SET name = 'read-only' WHERE id = " + made.id());
    store().execute("UPDATE api_key_term SET term = 'read-only' WHERE api_key_id = " + key);

    refused(ProblemType.CONFLICT, () -> sets.delete(admin(), made.id(), null));
    services.get(KeyKeeper.class).revoke(admin(), key, "left", null);
    sets.delete(admin(), made.id(), null);
  }

  private List<Object> recorded(TestServices services) {
    services.get(LogKeeper.class).advance();
    return store().column("SELECT action FROM audit_record ORDER BY sequence");
  }

  @Test
  default void aSetGrantsWhatSomebodyNamesAndItsMakerHolds() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    invalid(
        () -> sets.create(admin(), order("ours", "agents:read", "unicorns:ride")),
        "scopes[1]",
        "no enabled plugin names this scope");
    invalid(() -> sets.create(admin(), order("ours", "Agents:*")), "scopes[0]", "lower-case");
    invalid(
        () -> sets.create(admin(), order("ours", "keys:read@projects/1")),
        "scopes[0]",
        "can't be limited to resources");
    sets.create(admin(), order("limited", "agents:read@projects/1"));

    Caller few = Orders.key(9, "admin", "admin", "plugins:manage", "keys:read");
    sets.create(few, order("reading", "keys:read", "agents:read"));
    assertThatThrownBy(() -> sets.create(few, order("writing", "keys:*", "agents:read")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.FORBIDDEN);
              assertThat(e.detail())
                  .contains("keys:reveal, keys:verify, keys:write")
                  .doesNotContain("agents:read");
            });
  }

  @Test
  default void whatASetGrantsAlreadyMayStayInIt() {
    TestServices services = services();
    PermissionSets sets = services.get(PermissionSets.class);
    MadeSet made = sets.create(admin(), order("ours", "users:manage", "agents:read"));
    Caller few = Orders.key(9, "admin", "admin", "plugins:manage", "keys:read");

    MadeSet changed =
        sets.change(few, made.id(), order("ours", "users:manage", "agents:write"), null);
    assertThat(changed.scopes()).containsExactly("users:manage", "agents:write");
    refused(
        ProblemType.FORBIDDEN,
        () -> sets.change(few, made.id(), order("ours", "orgs:manage"), null));
    invalid(
        () -> sets.change(admin(), made.id(), order("renamed", "agents:read"), null),
        "name",
        "can't be changed");
  }

  @Test
  default void anOrderKeepsItsForm() {
    PermissionSets sets = services().get(PermissionSets.class);
    for (String name : List.of("a", "9lives", "Ours", "x".repeat(51))) {
      invalid(() -> sets.create(admin(), order(name, "agents:read")), "name", "2 to 50");
    }
    sets.create(admin(), order("x".repeat(50), "agents:read", "agents:read"));
    invalid(() -> sets.create(admin(), order("empty")), "scopes", "at least one");
    List<String> many = Stream.iterate(1, i -> i + 1).limit(51).map(i -> "s:r" + i).toList();
    assertThatThrownBy(() -> sets.create(admin(), new PermissionSetOrder("many", "d", many)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.errors())
                    .extracting(FieldError::message)
                    .contains("grants at most 50 scopes"));
    invalid(
        () -> sets.create(admin(), new PermissionSetOrder("ours", " ", List.of("agents:read"))),
        "description",
        "required");
    invalid(
        () ->
            sets.create(
                admin(), new PermissionSetOrder("ours", "x".repeat(201), List.of("agents:read"))),
        "description",
        "at most 200");
  }

  @Test
  default void theCatalogueNamesScopesWithTheirRisk() {
    Catalogue catalogue = services().get(Catalogue.class);
    assertThat(catalogue.scopes())
        .filteredOn(scope -> scope.plugin().equals(Catalogue.MANAGEMENT))
        .filteredOn(scope -> scope.risk().equals("low"))
        .extracting(NamedScope::name)
        .containsExactlyInAnyOrder(
            "audit:read",
            "keys:read",
            "keys:verify",
            "reports:read",
            "requests:read",
            "usage:read");
    assertThat(catalogue.matching("agents:read"))
        .containsExactly(
            new NamedScope("agents:read", "View agents", "studio", "low", Collections.emptyList()));
    assertThat(catalogue.matching("agents:*"))
        .extracting(NamedScope::name)
        .containsExactlyInAnyOrder("agents:read", "agents:write");
    assertThat(catalogue.matching("agents:fly")).isEmpty();
    assertThat(catalogue.versionOf("studio")).isEqualTo("1.0.0");
    assertThat(catalogue.versionOf(Catalogue.MANAGEMENT)).isEqualTo("1");
    assertThat(catalogue.versionOf("nobody")).isEmpty();
  }
}
