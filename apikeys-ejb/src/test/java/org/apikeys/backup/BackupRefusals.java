package org.apikeys.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apikeys.audit.CarriedLog;
import org.apikeys.audit.LogKeeper;
import org.apikeys.crypto.KeyFiles;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.key.PepperCheck;
import org.apikeys.setting.Settings;
import org.apikeys.store.StoreSnapshot;
import org.apikeys.store.StoreTables;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What is not restored; it is all the same which store the copy is of. */
interface BackupRefusals extends BackupContract {
  @Test
  default void refusesDamageAnywhereAndLeavesTheStoreAlone() throws IOException {
    byte[] file = Files.readAllBytes(BackupContract.copy(filled().services()));
    Map<String, String> target = TestStore.settingsOfNewDerby();
    Path damaged = TestStore.newFolder().resolve("damaged.backup");
    for (int i = 0; i < 15; i++) {
      byte[] changed = file.clone();
      changed[(int) ((long) i * (file.length - 1) / 14)] ^= 0x10;
      Files.write(damaged, changed);
      assertRefused(target, damaged, PASSPHRASE, "");
      Files.write(damaged, Arrays.copyOf(file, i * file.length / 15));
      assertRefused(target, damaged, PASSPHRASE, "");
    }
    Files.write(damaged, file);
    assertRefused(target, damaged, "another passphrase", "passphrase");
    assertRefused(target, damaged.resolveSibling("nothing"), PASSPHRASE, "no backup");
    assertThat(Path.of(String.valueOf(target.get("apikeys.data.dir")), "derby")).doesNotExist();
    BackupContract.restore(target, damaged);
  }

  private static void assertRefused(
      Map<String, String> target, Path file, String passphrase, String why) {
    assertThatThrownBy(() -> new Restore().fill(BackupContract.settings(target, file, passphrase)))
        .isInstanceOf(BackupRefused.class)
        .hasMessageContaining(why);
  }

  @Test
  default void refusesANewerSchema() throws Exception {
    Filled filled = filled();
    Settings source = filled.services().settings();
    Path file = TestStore.newFolder().resolve("newer.backup");
    try (StoreSnapshot snapshot = StoreSnapshot.take(source);
        OutputStream out = Files.newOutputStream(file)) {
      List<String> versions = new ArrayList<>(new StoreTables(snapshot.connection()).versions());
      versions.add("9999");
      new BackupWriter(source, new SecretSource(), 1)
          .write(
              new Manifest("newer", Instant.EPOCH, "derby", versions),
              KeyFiles.read(source),
              CarriedLog.remembered(source),
              snapshot.connection(),
              new Secret(PASSPHRASE),
              out);
    }
    assertRefused(TestStore.settingsOfNewDerby(), file, PASSPHRASE, "newer version");
  }

  @Test
  default void refusesALogThatIsNotTheOneThatWasSigned() {
    Filled filled = filled();
    store()
        .execute("UPDATE audit_record SET leaf = " + store().emptyBytes() + " WHERE sequence = 5");
    Path file = BackupContract.copy(filled.services());
    Map<String, String> target = TestStore.settingsOfNewDerby();
    assertThatThrownBy(() -> new Restore().fill(BackupContract.settings(target, file, PASSPHRASE)))
        .hasMessageContaining("record 5");
    assertThat(Path.of(String.valueOf(target.get("apikeys.data.dir")), "audit.checkpoint"))
        .as("this machine has signed nothing: another backup of the log can be taken")
        .doesNotExist();
    assertThat(
            BackupContract.content(BackupContract.settings(target, file, PASSPHRASE))
                .get("api_key"))
        .isEmpty();
  }

  @Test
  default void refusesABackupThatIsOlderThanWhatThisMachineSigned() {
    Filled filled = filled();
    Path old = BackupContract.copy(filled.services());
    Map<String, String> first = TestStore.settingsOfNewDerby();
    BackupContract.restore(first, old);
    TestServices node = new TestServices(TestStore.of(first));
    node.get(PepperCheck.class).run();
    node.get(KeyIssuer.class).issue(Orders.admin(), Orders.aKey("later"));
    node.get(LogKeeper.class).advance();

    // the same machine with an empty database: its keys and what it signed last are there
    Map<String, String> emptied = new HashMap<>(TestStore.settingsOfNewPostgres());
    emptied.put("apikeys.data.dir", String.valueOf(first.get("apikeys.data.dir")));
    assertThatThrownBy(() -> new Restore().fill(BackupContract.settings(emptied, old, PASSPHRASE)))
        .hasMessageContaining("audit.checkpoint");
    BackupContract.restore(emptied, BackupContract.copy(node));
  }

  @Test
  default void refusesOtherKeyFiles() throws IOException {
    Path file = BackupContract.copy(filled().services());
    Map<String, String> target = TestStore.settingsOfNewDerby();
    Path folder = Path.of(String.valueOf(target.get("apikeys.data.dir")));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("pepper.key"), "1:" + "A".repeat(44));
    assertThatThrownBy(() -> new Restore().fill(BackupContract.settings(target, file, PASSPHRASE)))
        .hasMessageContaining("pepper.key");
  }
}
