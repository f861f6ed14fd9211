package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.usage.KeyUse.Kind;
import org.junit.jupiter.api.Test;

/** What keys were used for is kept to the minute, and within bounds. */
interface KeyUseContract {
  long KEY = 7;

  TestStore store();

  private static List<String> kept(TestServices services, long key) {
    return services.get(KeyUseStore.class).since(key, Instant.EPOCH).stream()
        .map(use -> use.kind() + " " + use.item())
        .toList();
  }

  private static void use(TestServices services, long key, String address) {
    services.get(KeyUses.class).note(key, Kind.ADDRESS, address);
  }

  @Test
  default void tellsWhenEachThingWasLastUsed() {
    TestServices services = new TestServices(store().emptied());
    KeyUses uses = services.get(KeyUses.class);
    Instant first = services.clock().instant();
    uses.note(KEY, Kind.SCOPE, "agents:read");
    uses.note(KEY, Kind.METHOD, "GET");
    use(services, KEY, "203.0.113.9");
    use(services, 8, "203.0.113.9");
    uses.flush();
    services.clock().forward(Duration.ofSeconds(599));
    use(services, KEY, "203.0.113.9");
    uses.flush();
    services.clock().forward(Duration.ofSeconds(1));
    uses.note(KEY, Kind.SCOPE, "agents:read");
    uses.flush();

    KeyUseStore atRest = services.get(KeyUseStore.class);
    assertThat(atRest.since(KEY, Instant.EPOCH))
        .containsExactly(
            new KeyUse(Kind.ADDRESS, "203.0.113.9", first),
            new KeyUse(Kind.METHOD, "GET", first),
            new KeyUse(Kind.SCOPE, "agents:read", first.plusSeconds(600)));
    assertThat(atRest.since(KEY, first.plusSeconds(600)))
        .extracting(KeyUse::item)
        .containsExactly("agents:read");
    assertThat(kept(services, 8)).containsExactly("ADDRESS 203.0.113.9");
  }

  @Test
  default void blanksAtTheEndMakeNoOther() {
    TestServices services = new TestServices(store().emptied());
    KeyUses uses = services.get(KeyUses.class);
    for (String method : List.of("GET", "GET ", " ", "", "get")) {
      uses.note(KEY, Kind.METHOD, method);
    }
    uses.flush();
    assertThat(kept(services, KEY)).containsExactly("METHOD GET", "METHOD get");
  }

  @Test
  default void keepsSoManyAddressesOfAKeyAndTheOthersAsOne() {
    TestServices services = new TestServices(store().emptied());
    for (int i = 0; i < KeyUseStore.MOST_ADDRESSES - 1; i++) {
      use(services, KEY, "2001:db8::" + i);
    }
    services.get(KeyUses.class).flush();
    use(services, KEY, "2001:db8::a");
    use(services, KEY, "2001:db8::b");
    use(services, KEY, "2001:db8::c");
    use(services, 8, "2001:db8::c");
    services.get(KeyUses.class).note(KEY, Kind.METHOD, "GET");
    services.get(KeyUses.class).flush();

    assertThat(kept(services, KEY))
        .hasSize(KeyUseStore.MOST_ADDRESSES + 2)
        .contains("ADDRESS *", "ADDRESS 2001:db8::a", "METHOD GET")
        .doesNotContain("ADDRESS 2001:db8::b");
    assertThat(kept(services, 8)).containsExactly("ADDRESS 2001:db8::c");

    Instant later = services.clock().instant().plusSeconds(600);
    services.clock().set(later);
    use(services, KEY, "2001:db8::d");
    use(services, KEY, "2001:db8::0");
    services.get(KeyUses.class).flush();
    assertThat(services.get(KeyUseStore.class).since(KEY, later))
        .extracting(KeyUse::item)
        .containsExactly("*", "2001:db8::0");
  }

  @Test
  default void anAddressThatComesNowAndThenIsOneAddress() {
    TestServices services = new TestServices(store().emptied());
    for (int i = 0; i <= KeyUseStore.MOST_ADDRESSES; i++) {
      use(services, KEY, "203.0.113.9");
      services.get(KeyUses.class).flush();
      services.clock().forward(Duration.ofHours(2));
      services.get(KeyUses.class).prune();
    }
    assertThat(kept(services, KEY)).containsExactly("ADDRESS 203.0.113.9");
  }

  @Test
  default void forgetsWhatWasNotUsedForAYear() {
    TestServices services = new TestServices(store().emptied());
    KeyUses uses = services.get(KeyUses.class);
    use(services, KEY, "203.0.113.9");
    uses.note(KEY, Kind.SCOPE, "agents:read");
    uses.note(KEY, Kind.METHOD, "GET");
    uses.flush();
    services.clock().forward(Duration.ofDays(365));
    use(services, KEY, "203.0.113.9");
    uses.flush();
    KeyUseStore atRest = services.get(KeyUseStore.class);
    atRest.prune(services.clock().instant());
    assertThat(kept(services, KEY)).hasSize(3);
    atRest.prune(services.clock().instant().plus(Duration.ofDays(2)));
    assertThat(kept(services, KEY)).containsExactly("ADDRESS 203.0.113.9");
  }
}
