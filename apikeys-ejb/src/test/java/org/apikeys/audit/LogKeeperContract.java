package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.NoteKey;
import org.apikeys.api.audit.NoteSigner;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.LogKeys;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** The tree grows with the log, and nothing is signed that is not what was signed before. */
interface LogKeeperContract {
  TestStore store();

  private TestServices log(int records) {
    TestServices services = new TestServices(store().emptied());
    SomeRecords.deny(services, records);
    services.get(LogKeeper.class).advance();
    return services;
  }

  private static Checkpoint checkpoint(TestServices services, Long size) {
    LogProofs proofs = services.get(LogProofs.class);
    SignedNote note = SignedNote.parse(proofs.checkpoint(size));
    assertThat(note.verifiedBy(proofs.publicKeys())).isPresent();
    return Checkpoint.parse(note.text());
  }

  private static Checkpoint last(TestServices services) {
    LogProofs proofs = services.get(LogProofs.class);
    return Checkpoint.parse(SignedNote.parse(proofs.checkpoint(null)).text());
  }

  private static List<TreeHash> hashes(List<String> base64) {
    return base64.stream().map(TreeHash::ofBase64).toList();
  }

  private Path file(String name) {
    return new TestServices(store()).settings().keyFile("audit").resolveSibling(name);
  }

  /** A node that starts anew. */
  private TestServices restarted() {
    TestServices services = new TestServices(store());
    services.get(LogKeeper.class).advance();
    return services;
  }

  private static void assertRefuses(TestServices services, String why) {
    assertThat(
            services
                .store()
                .number("SELECT COUNT(*) FROM alert_concern WHERE kind = 'audit_log_refused'"))
        .as("people are told")
        .isPositive();
    assertThat(services.get(LogHealth.class).trouble())
        .hasValueSatisfying(trouble -> assertThat(trouble).contains(why));
  }

  @Test
  default void provesEveryRecordAndEveryBeginning() {
    TestServices services = log(700);
    LogProofs proofs = services.get(LogProofs.class);
    Checkpoint last = last(services);
    assertThat(last.size()).isEqualTo(700);

    for (long leaf : new long[] {0, 1, 255, 256, 511, 512, 698, 699}) {
      LogProofs.Inclusion proof = proofs.inclusion(Caller.system(), leaf, null);
      TreeHash hash = TreeHash.ofLeaf(proofs.leaf(Caller.system(), leaf + 1));
      assertThat(proof.leafHash()).isEqualTo(hash.base64());
      assertThat(MerkleProof.isIncluded(hash, leaf, 700, hashes(proof.hashes()), last.root()))
          .isTrue();
    }
    for (long from : new long[] {1, 2, 255, 256, 257, 512, 699, 700}) {
      Checkpoint earlier = checkpoint(services, from);
      assertThat(
              MerkleProof.isConsistent(
                  from,
                  earlier.root(),
                  700,
                  last.root(),
                  hashes(proofs.consistency(from, null).hashes())))
          .isTrue();
    }
  }

  @Test
  default void growsByAnyStepToTheSameTree() {
    TestServices services = log(0);
    for (int step : new int[] {1, 2, 253, 1, 3, 252, 600}) {
      SomeRecords.deny(services, step);
      services.get(LogKeeper.class).advance();
      assertThat(services.get(LogHealth.class).trouble()).isEmpty();
    }
    Checkpoint grown = last(services);
    assertThat(grown.size()).isEqualTo(1112);

    // made anew in one go, as for a store that had records before it had a tree
    store().execute("DELETE FROM audit_tile");
    store().execute("DELETE FROM audit_checkpoint");
    store().execute("UPDATE audit_head SET tree_size = 0");
    assertThat(last(restarted())).isEqualTo(grown);
  }

  @Test
  default void asksNothingOfTheStoreWhileNothingHappens() {
    TestServices services = log(3);
    store().execute("DELETE FROM audit_checkpoint");
    services.get(LogKeeper.class).advance();

    assertThat(store().number("SELECT COUNT(*) FROM audit_checkpoint")).isZero();
  }

  @Test
  default void refusesAnOlderDatabase() {
    TestServices services = log(5);
    store().execute("DELETE FROM audit_record WHERE sequence > 3");
    store().execute("DELETE FROM audit_tile");
    store().execute("DELETE FROM audit_checkpoint");
    store().execute("UPDATE audit_head SET last_sequence = 3, tree_size = 0");
    assertRefuses(restarted(), "older");

    // and goes on refusing when the older one has grown beyond what was signed
    SomeRecords.deny(services, 4);
    TestServices later = restarted();
    assertThat(store().number("SELECT last_sequence FROM audit_head")).isEqualTo(7);
    assertRefuses(later, "not those that were signed");
    assertThatThrownBy(() -> last(later)).isInstanceOf(ProblemException.class);
  }

  @Test
  default void refusesALogWhoseStoredHashesWereChanged() {
    log(5);
    TestServices other = new TestServices(store());
    SomeRecords.deny(other, 5);
    other.get(Sequencer.class).sequence();
    store()
        .execute(
            "UPDATE audit_tile SET hashes = (SELECT leaf FROM audit_record WHERE sequence = 1)");

    assertRefuses(restarted(), "length");
  }

  @Test
  default void refusesANewRecordThatWasChanged() {
    TestServices services = log(2);
    SomeRecords.deny(services, 2);
    services.get(Sequencer.class).sequence();
    store()
        .execute(
            "UPDATE audit_record SET leaf = (SELECT other.leaf FROM audit_record other"
                + " WHERE other.sequence = 1) WHERE sequence = 4");
    services.get(LogKeeper.class).advance();

    assertRefuses(services, "record 4 was changed");
    assertThat(last(services).size()).isEqualTo(2);
  }

  @Test
  default void findsTheFirstBadRecord() {
    TestServices services = log(1_200);
    LogVerifier verifier = services.get(LogVerifier.class);
    LogVerifier.Result sound = verifier.verify(Caller.system());
    assertThat(sound.verified()).isTrue();
    assertThat(sound.size()).isEqualTo(1_200);
    assertThat(sound.root()).isEqualTo(last(services).root().base64());
    assertThat(sound.firstBadSequence()).isNull();

    store()
        .execute(
            "UPDATE audit_record SET leaf = (SELECT other.leaf FROM audit_record other"
                + " WHERE other.sequence = 7) WHERE sequence = 1100");
    LogVerifier.Result changed = verifier.verify(Caller.system());
    assertThat(changed.verified()).isFalse();
    assertThat(changed.firstBadSequence()).isEqualTo(1_100);

    store().execute("DELETE FROM audit_record WHERE sequence = 300");
    assertThat(verifier.verify(Caller.system()).firstBadSequence()).isEqualTo(300);
    assertThat(services.get(Sequencer.class).lag()).as("checking is recorded").isEqualTo(3);
  }

  @Test
  default void findsARecordThatWasChangedWithItsHashes() {
    TestServices services = log(4);
    SomeRecords.deny(services, 4);
    services.get(LogKeeper.class).advance();
    // who owns the database can make leaf, hash and tile fit each other, but not the signature
    String another = TreeHash.ofLeaf(new byte[0]).base64();
    store()
        .execute(
            "UPDATE audit_record SET leaf_hash = '"
                + another
                + "', leaf = "
                + store().emptyBytes()
                + " WHERE sequence = 6");
    TestServices forger = new TestServices(store());
    store()
        .inTransaction(
            () -> {
              Tiles tiles = forger.get(Tiles.class);
              List<TreeHash> hashes = new ArrayList<>(tiles.leaves(0));
              hashes.set(5, TreeHash.ofBase64(another));
              store().execute("DELETE FROM audit_tile");
              tiles.append(0, hashes);
            });

    LogVerifier.Result result = services.get(LogVerifier.class).verify(Caller.system());
    assertThat(result.verified()).isFalse();
    assertThat(result.firstBadSequence()).as("behind the last that holds").isEqualTo(5);
    assertRefuses(restarted(), "not those that were signed");
  }

  @Test
  default void refusesASecondHistoryUnderItsOwnKey() {
    TestServices services = log(3);
    LogKeys keys = services.get(KeyMaterial.class).log();
    // as a node would sign it that has the key and another database
    String forked =
        SignedNote.sign(
            new Checkpoint(keys.origin(), 3, TreeHash.ofLeaf(new byte[] {1})).text(),
            keys.signers());
    store()
        .inTransaction(
            () -> services.get(LogStore.class).store(new LogStore.StoredCheckpoint(3, forked), 1));
    TestServices later = restarted();
    assertRefuses(later, "two checkpoints of one size differ");

    // also when the other one is of another size
    String longer =
        SignedNote.sign(
            new Checkpoint(keys.origin(), 5, TreeHash.ofLeaf(new byte[] {1})).text(),
            keys.signers());
    store().execute("DELETE FROM audit_checkpoint");
    store()
        .inTransaction(
            () -> services.get(LogStore.class).store(new LogStore.StoredCheckpoint(5, longer), 1));
    assertRefuses(restarted(), "is an older one");
    SomeRecords.deny(services, 4);
    assertRefuses(restarted(), "not those that were signed");
  }

  @Test
  default void forgetsOldCheckpointsAndNeverTheLatest() {
    TestServices services = log(1);
    services.clock().forward(Duration.ofDays(1));
    SomeRecords.deny(services, 1);
    services.get(LogKeeper.class).advance();
    LogGrowth growth = services.get(LogGrowth.class);
    services.clock().forward(Duration.ofDays(6));
    growth.prune();
    assertThat(sizes()).as("a week is kept").containsExactly(1L, 2L);
    services.clock().forward(Duration.ofMillis(1));
    growth.prune();
    assertThat(sizes()).containsExactly(2L);
    services.clock().forward(Duration.ofDays(30));
    growth.prune();
    assertThat(sizes()).containsExactly(2L);
    assertThat(checkpoint(services, 1L).size()).as("signed again").isEqualTo(1);
  }

  private List<Object> sizes() {
    return store().column("SELECT tree_size FROM audit_checkpoint ORDER BY tree_size");
  }

  @Test
  default void growsAThousandAtATime() {
    TestServices services = log(0);
    Sequencer sequencer = services.get(Sequencer.class);
    LogGrowth growth = services.get(LogGrowth.class);
    assertThat(growth.advance()).as("nothing is there").isFalse();
    SomeRecords.deny(services, 2_001);
    while (sequencer.sequence()) {
      // until all records have their number
    }
    assertThat(growth.advance()).isTrue();
    assertThat(last(services).size()).isEqualTo(1_000);
    assertThat(growth.advance()).isTrue();
    assertThat(growth.advance()).as("the last one").isFalse();
    assertThat(growth.advance()).isFalse();
    assertThat(last(services).size()).isEqualTo(2_001);

    SomeRecords.deny(services, 999);
    sequencer.sequence();
    sequencer.sequence();
    store()
        .execute(
            "UPDATE lease SET holder = 'another', ends_at = "
                + (services.clock().millis() + 10_000)
                + " WHERE name = 'audit-sequencer'");
    assertThat(growth.advance()).as("who numbers also signs").isFalse();
    assertThat(last(services).size()).isEqualTo(2_001);
    services.clock().forward(Duration.ofSeconds(11));
    assertThat(growth.advance()).isFalse();
    assertThat(last(services).size()).isEqualTo(3_000);
  }

  @Test
  default void signsUnderANewKeyAndGoesOnPublishingTheOld() throws IOException {
    TestServices services = log(3);
    NoteKey old = services.get(LogProofs.class).publicKeys().get(0);
    String before = Files.readString(file("audit.key"));
    try {
      NoteSigner fresh = NoteSigner.generate(old.name());
      Files.writeString(file("audit.key"), fresh.secretLine() + "\n", StandardOpenOption.APPEND);
      TestServices rotated = restarted();
      LogProofs proofs = rotated.get(LogProofs.class);
      assertThat(proofs.publicKeys()).containsExactly(fresh.key(), old);
      SignedNote both = SignedNote.parse(proofs.checkpoint(null));
      assertThat(both.verifiedBy(List.of(fresh.key()))).isPresent();
      assertThat(both.verifiedBy(List.of(old))).isPresent();

      // retired: the private half is gone
      Files.writeString(file("audit.key"), old + "\n" + fresh.secretLine() + "\n");
      TestServices retired = restarted();
      SomeRecords.deny(retired, 1);
      retired.get(LogKeeper.class).advance();
      SignedNote one = SignedNote.parse(retired.get(LogProofs.class).checkpoint(null));
      assertThat(one.verifiedBy(List.of(fresh.key()))).isPresent();
      assertThat(one.verifiedBy(List.of(old))).isEmpty();

      // a key that never signed this log can't take it over
      Files.writeString(file("audit.key"), NoteSigner.generate(old.name()).secretLine() + "\n");
      assertRefuses(restarted(), "not in the key file");
    } finally {
      Files.writeString(file("audit.key"), before);
    }
  }

  @Test
  default void refusesSizesAndIndexesThatDoNotExist() {
    TestServices services = log(5);
    LogProofs proofs = services.get(LogProofs.class);
    Caller auditor = Caller.system();
    for (long size : new long[] {0, 6}) {
      assertThatThrownBy(() -> proofs.checkpoint(size)).hasMessageContaining("size");
      assertThatThrownBy(() -> proofs.inclusion(auditor, 0, size)).hasMessageContaining("size");
      assertThatThrownBy(() -> proofs.consistency(1, size)).hasMessageContaining("to");
    }
    assertThatThrownBy(() -> proofs.inclusion(auditor, 5, 5L)).hasMessageContaining("leaf");
    assertThatThrownBy(() -> proofs.inclusion(auditor, 4, 4L)).hasMessageContaining("leaf");
    assertThatThrownBy(() -> proofs.consistency(0, 5L)).hasMessageContaining("from");
    assertThatThrownBy(() -> proofs.consistency(4, 3L)).hasMessageContaining("from");
  }

  @Test
  default void hidesRecordsOfOtherOrganizations() {
    TestServices services = log(2);
    LogProofs proofs = services.get(LogProofs.class);
    Caller foreign =
        new Caller(
            Caller.Kind.PERSON, 9, "aud", "aud", 2, Set.of("auditor"), Set.of(), null, null, null);

    assertThatThrownBy(() -> proofs.leaf(foreign, 1)).hasMessageContaining("NOT_FOUND");
    assertThatThrownBy(() -> proofs.inclusion(foreign, 0, null)).hasMessageContaining("NOT_FOUND");
  }
}
