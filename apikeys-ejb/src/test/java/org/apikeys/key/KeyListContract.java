package org.apikeys.key;

import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Filters and orders of the list of keys. */
interface KeyListContract {
  TestStore store();

  private TestServices filled() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store().addPerson(2, TestStore.DEFAULT, "dora", "developer");
    KeyIssuer issuer = services.get(KeyIssuer.class);
    KeyKeeper keeper = services.get(KeyKeeper.class);
    List<Long> ids = new ArrayList<>();
    for (KeyConfiguration order :
        List.of(
            Orders.from("{\"name\": \"delta 100%\", \"tags\": [\"ci\"]}"),
            Orders.from("{\"name\": \"Bravo_x\", \"scopes\": [\"agents:read\"]}"),
            Orders.from("{\"name\": \"charlie\", \"type\": \"mobile\", \"owner\": \"dora\"}"),
            Orders.from("{\"name\": \"alpha\", \"environment\": \"staging\"}"))) {
      ids.add(issuer.issue(admin(), order).view().id());
      services.clock().forward(Duration.ofSeconds(1));
    }
    keeper.change(
        admin(),
        ids.get(1),
        present ->
            Orders.with(
                present,
                Map.of("expires_at", services.clock().instant().plusSeconds(60).toString())),
        null,
        null);
    services.clock().forward(Duration.ofMinutes(2));
    keeper.change(admin(), ids.get(2), present -> present, false, null);
    keeper.revoke(admin(), ids.get(3), null, null);
    for (int i = 0; i < ids.size(); i++) {
      // used the other way round than issued; the last one never
      if (i < 3) {
        store()
            .execute(
                "UPDATE api_key_count SET allowed = "
                    + (10 - i)
                    + ", last_used_at = "
                    + (1_000 - i)
                    + " WHERE api_key_id = "
                    + ids.get(i));
      }
    }
    return services;
  }

  private static List<String> names(TestServices services, KeyFilter filter) {
    var page = services.get(KeyReader.class).list(admin(), filter, 1, 10);
    assertThat(page.total()).isEqualTo(page.items().size());
    return page.items().stream().map(key -> key.configuration().name()).toList();
  }

  private static KeyFilter sorted(KeyFilter.Sort sort, boolean descending) {
    return new KeyFilter(null, null, null, null, null, null, null, sort, descending);
  }

  private static KeyFilter words(String q) {
    return new KeyFilter(null, null, null, null, null, null, q, KeyFilter.Sort.ID, false);
  }

  private static KeyFilter status(KeyStatus status) {
    return new KeyFilter(status, null, null, null, null, null, null, KeyFilter.Sort.ID, false);
  }

  /** Lists look for names in lower case: of U+0130 those are two characters. */
  @Test
  default void takesANameThatIsLongerInLowerCase() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    String name = "\u0130".repeat(100);
    services.get(KeyIssuer.class).issue(admin(), Orders.aKey(name));
    KeyFilter named =
        new KeyFilter(null, null, null, null, null, null, name, KeyFilter.Sort.ID, false);
    assertThat(services.get(KeyReader.class).list(admin(), named, 1, 10).items())
        .extracting(key -> key.configuration().name())
        .containsExactly(name);
  }

  @Test
  default void filters() {
    TestServices services = filled();
    KeyFilter.Sort id = KeyFilter.Sort.ID;

    assertThat(names(services, status(KeyStatus.ACTIVE))).containsExactly("delta 100%");
    assertThat(names(services, status(KeyStatus.EXPIRED))).containsExactly("Bravo_x");
    assertThat(names(services, status(KeyStatus.INACTIVE))).containsExactly("charlie");
    assertThat(names(services, status(KeyStatus.REVOKED))).containsExactly("alpha");
    assertThat(names(services, status(KeyStatus.ARCHIVED))).isEmpty();
    assertThat(
            names(
                services, new KeyFilter(null, "staging", null, null, null, null, null, id, false)))
        .containsExactly("alpha");
    assertThat(
            names(services, new KeyFilter(null, null, "mobile", null, null, null, null, id, false)))
        .containsExactly("charlie");
    assertThat(
            names(services, new KeyFilter(null, null, null, "dora", null, null, null, id, false)))
        .containsExactly("charlie");
    assertThat(
            names(
                services,
                new KeyFilter(null, null, null, null, "agents:read", null, null, id, false)))
        .containsExactly("Bravo_x");
    assertThat(names(services, new KeyFilter(null, null, null, null, null, "ci", null, id, false)))
        .containsExactly("delta 100%");
    assertThat(services.get(KeyReader.class).countActive(admin())).isEqualTo(1);
  }

  /** Whether a key is switched on is a boolean column, which Derby compares with no number. */
  @Test
  default void findsActiveAndInactiveKeysByEveryOtherFilterToo() {
    TestServices services = filled();
    KeyFilter.Sort id = KeyFilter.Sort.ID;
    for (KeyStatus status : KeyStatus.values()) {
      List<String> delta = status == KeyStatus.ACTIVE ? List.of("delta 100%") : List.of();
      assertThat(
              names(services, new KeyFilter(status, null, null, null, null, "ci", null, id, false)))
          .isEqualTo(delta);
      assertThat(
              names(
                  services, new KeyFilter(status, null, null, null, null, null, "100%", id, false)))
          .isEqualTo(delta);
      assertThat(
              names(
                  services,
                  new KeyFilter(
                      status,
                      "production",
                      "service",
                      "admin",
                      null,
                      "ci",
                      "delta",
                      KeyFilter.Sort.USAGE_COUNT,
                      true)))
          .isEqualTo(delta);
      List<String> bravo = status == KeyStatus.EXPIRED ? List.of("Bravo_x") : List.of();
      assertThat(
              names(
                  services,
                  new KeyFilter(status, null, null, null, "agents:read", null, "bravo", id, false)))
          .isEqualTo(bravo);
      List<String> charlie = status == KeyStatus.INACTIVE ? List.of("charlie") : List.of();
      assertThat(
              names(
                  services,
                  new KeyFilter(status, null, "mobile", null, null, null, "ch", id, false)))
          .isEqualTo(charlie);
    }
  }

  @Test
  default void takesEveryCharacterOfASearchLiterally() {
    TestServices services = filled();

    assertThat(names(services, words("%"))).containsExactly("delta 100%");
    assertThat(names(services, words("O_x"))).containsExactly("Bravo_x");
    assertThat(names(services, words("_"))).containsExactly("Bravo_x");
    assertThat(names(services, words("!"))).isEmpty();
    assertThat(names(services, words("'"))).isEmpty();
    assertThat(names(services, words("?"))).isEmpty();
    assertThat(names(services, words("sk_live_"))).hasSize(3);
  }

  @Test
  default void sortsBothWays() {
    TestServices services = filled();
    Map<KeyFilter.Sort, List<String>> wanted =
        Map.of(
            KeyFilter.Sort.ID, List.of("delta 100%", "Bravo_x", "charlie", "alpha"),
            KeyFilter.Sort.CREATED_AT, List.of("delta 100%", "Bravo_x", "charlie", "alpha"),
            KeyFilter.Sort.NAME, List.of("alpha", "Bravo_x", "charlie", "delta 100%"),
            KeyFilter.Sort.LAST_USED, List.of("alpha", "charlie", "Bravo_x", "delta 100%"),
            KeyFilter.Sort.USAGE_COUNT, List.of("alpha", "charlie", "Bravo_x", "delta 100%"));
    for (KeyFilter.Sort sort : KeyFilter.Sort.values()) {
      List<String> ascending = new ArrayList<>(wanted.getOrDefault(sort, List.of()));
      assertThat(names(services, sorted(sort, false))).as(sort.name()).isEqualTo(ascending);
      Collections.reverse(ascending);
      assertThat(names(services, sorted(sort, true))).as(sort + " down").isEqualTo(ascending);
    }
  }

  @Test
  default void pagesWithoutLossOrRepetition() {
    TestServices services = filled();
    List<Long> seen = new ArrayList<>();
    for (int page = 1; page <= 3; page++) {
      services
          .get(KeyReader.class)
          .list(admin(), sorted(KeyFilter.Sort.USAGE_COUNT, true), page, 2)
          .items()
          .forEach(key -> seen.add(key.id()));
    }
    assertThat(seen).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  default void showsADeveloperTheirOwnKeysAlone() {
    TestServices services = filled();

    assertThat(
            services
                .get(KeyReader.class)
                .list(Orders.DORA, sorted(KeyFilter.Sort.ID, false), 1, 10)
                .items())
        .singleElement()
        .satisfies(key -> assertThat(key.configuration().name()).isEqualTo("charlie"));
  }
}
