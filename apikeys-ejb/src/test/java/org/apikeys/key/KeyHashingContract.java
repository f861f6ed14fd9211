package org.apikeys.key;

import static org.apikeys.key.Orders.aKey;
import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apikeys.crypto.SecretSource;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** How keys rest, and that they survive a change of the way. */
interface KeyHashingContract {
  TestStore store();

  private TestServices node(Path pepper, String hash) {
    return new TestServices(
        store(), Map.of("apikeys.keys.pepper", pepper.toString(), "apikeys.hash", hash));
  }

  private static String line(int version) {
    return version + ":" + Base64.getEncoder().encodeToString(new SecretSource().bytes(32)) + "\n";
  }

  private static Path pepper(String lines) throws IOException {
    return Files.writeString(TestStore.newFolder().resolve("pepper.key"), lines);
  }

  private Map<String, Object> stored(long id) {
    Map<String, Object> row = new HashMap<>();
    for (String column : new String[] {"digest", "pepper_version", "slow_hash"}) {
      row.put(
          column,
          store().column("SELECT " + column + " FROM key_secret WHERE api_key_id = " + id).get(0));
    }
    return row;
  }

  @Test
  default void recognisesAKeyUnderEverySettingThatFollows() throws IOException {
    store().emptied();
    Path pepper = pepper(line(1));
    for (String first : new String[] {"hmac-sha256", "sha256", "bcrypt"}) {
      IssuedKey issued =
          node(pepper, first).get(KeyIssuer.class).issue(admin(), aKey("key under " + first));
      for (String then : new String[] {"sha256", "bcrypt", "hmac-sha256"}) {
        assertThat(node(pepper, then).get(KeySnapshots.class).find(issued.secret()))
            .as(first + " then " + then)
            .isPresent();
        Map<String, Object> now = stored(issued.view().id());
        assertThat(now.get("pepper_version") == null).isEqualTo(then.equals("sha256"));
        assertThat(now.get("slow_hash") != null).isEqualTo(then.equals("bcrypt"));
      }
    }
  }

  @Test
  default void hashesAnewAtFirstUseAfterThePepperWasRotated() throws IOException {
    store().emptied();
    String first = line(1);
    Path pepper = pepper(first);
    IssuedKey issued =
        node(pepper, "hmac-sha256").get(KeyIssuer.class).issue(admin(), aKey("rotated pepper"));
    node(pepper, "hmac-sha256").get(PepperCheck.class).run();
    assertThat(stored(issued.view().id())).containsEntry("pepper_version", 1L);

    String second = line(2);
    Files.writeString(pepper, first + second);
    TestServices after = node(pepper, "hmac-sha256");
    after.get(PepperCheck.class).run();
    assertThat(after.get(KeySnapshots.class).find(issued.secret())).isPresent();
    assertThat(stored(issued.view().id())).containsEntry("pepper_version", 2L);

    Files.writeString(pepper, second);
    TestServices without = node(pepper, "hmac-sha256");
    assertThatCode(() -> without.get(PepperCheck.class).run()).doesNotThrowAnyException();
    assertThat(without.get(KeySnapshots.class).find(issued.secret())).isPresent();
  }

  @Test
  default void refusesToStartWithoutAPepperThatIsInUse() throws IOException {
    store().emptied();
    Path pepper = pepper(line(1));
    TestServices services = node(pepper, "hmac-sha256");
    services.get(PepperCheck.class).run();
    services.get(KeyIssuer.class).issue(admin(), aKey("under the first"));

    TestServices other = node(pepper(line(2)), "hmac-sha256");
    assertThatThrownBy(() -> other.get(PepperCheck.class).run())
        .hasMessageContaining("Version 1 is missing");
  }

  @Test
  default void refusesToStartWithAnotherPepper() throws IOException {
    store().emptied();
    node(pepper(line(1)), "hmac-sha256").get(PepperCheck.class).run();

    TestServices other = node(pepper(line(1)), "hmac-sha256");
    assertThatThrownBy(() -> other.get(PepperCheck.class).run())
        .hasMessageContaining("put the right file back");
  }
}
