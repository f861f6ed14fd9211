package org.apikeys.audit;

import static org.apikeys.audit.SomeRecords.person;
import static org.apikeys.audit.SomeRecords.write;
import static org.apikeys.store.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.ZipFile;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.MerkleProof;
import org.apikeys.api.audit.SignedNote;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.Orders;
import org.apikeys.key.SecretKeeper;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Old records go when two people say so, and every proof stays. */
interface PurgeContract {
  Caller ALICE = person(5, "alice", 1);
  Caller BOB = person(6, "bob", 1);

  TestStore store();

  @Test
  default void archivesAndDeletesFromTheBeginning() throws Exception {
    TestServices services = new TestServices(store().emptied());
    LogKeeper keeper = services.get(LogKeeper.class);
    Purges purges = services.get(Purges.class);
    write(services, ALICE, 300);
    services.clock().forward(Duration.ofDays(7 * 366));
    Instant before = services.clock().instant();
    write(services, ALICE, 20);
    Checkpoint old =
        Checkpoint.parse(SignedNote.parse(services.get(LogProofs.class).checkpoint(null)).text());

    Purges.Plan plan = purges.plan(ALICE, before.plusSeconds(60));
    assertThat(plan.records()).as("what retention keeps stays").isEqualTo(300);
    PurgeView asked = purges.request(ALICE, before.plusSeconds(60));
    assertThatThrownBy(() -> purges.approve(ALICE, asked.id()))
        .hasMessageContaining("SELF_APPROVAL");
    PurgeView done = purges.approve(BOB, asked.id());
    keeper.advance();

    assertThat(done.firstSequence()).isEqualTo(1);
    assertThat(done.lastSequence()).isEqualTo(300);
    assertThat(store().number("SELECT MIN(sequence) FROM audit_record")).isEqualTo(301);
    Path archive = services.settings().dataDirectory().resolve(String.valueOf(done.archive()));
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      String records =
          new String(
              zip.getInputStream(zip.getEntry("records.jsonl")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(records.lines()).hasSize(300);
      assertThat(records).doesNotContain("alice", "192.0.2.7");
    } finally {
      Files.delete(archive);
    }
    LogProofs proofs = services.get(LogProofs.class);
    LogProofs.Inclusion proof = proofs.inclusion(Caller.system(), 10, 320L);
    assertThat(
            MerkleProof.isIncluded(
                TreeHash.ofBase64(proof.leafHash()),
                10,
                320,
                proof.hashes().stream().map(TreeHash::ofBase64).toList(),
                old.root()))
        .isTrue();
    assertThat(services.get(LogVerifier.class).verify(Caller.system()).verified()).isTrue();
    assertThat(services.get(LogHealth.class).trouble()).isEmpty();
  }

  @Test
  default void aKeyThatTheRequesterHoldsIsNoSecondPerson() {
    TestServices services = new TestServices(store().emptied());
    store().addStaff();
    store().addPerson(5, TestStore.DEFAULT, "alice", "admin");
    store().addPerson(6, TestStore.DEFAULT, "bob", "admin");
    Purges purges = services.get(Purges.class);
    long bobs =
        services
            .get(KeyIssuer.class)
            .issue(
                Orders.person(5, "alice", TestStore.DEFAULT, "admin"),
                Orders.from(
                    "{\"name\": \"bot\", \"owner\": \"bob\", \"scopes\": [\"orgs:manage\"]}"))
            .view()
            .id();
    Caller byKey = Orders.key(bobs, "bob", "admin", "orgs:manage");
    Instant now = services.clock().instant();

    PurgeView ofAlice = purges.request(ALICE, now);
    refused(ProblemType.SELF_APPROVAL, () -> purges.approve(byKey, ofAlice.id()));
    refused(ProblemType.SELF_APPROVAL, () -> purges.reject(byKey, ofAlice.id(), "no"));
    PurgeView ofKey = purges.request(byKey, now);
    refused(ProblemType.SELF_APPROVAL, () -> purges.approve(ALICE, ofKey.id()));
    refused(ProblemType.SELF_APPROVAL, () -> purges.approve(BOB, ofKey.id()));
    // Bob takes the key into his own hands alone
    services
        .get(SecretKeeper.class)
        .rotate(Orders.person(6, "bob", TestStore.DEFAULT, "admin"), bobs, Duration.ZERO, null);
    assertThat(purges.approve(byKey, ofAlice.id()).approvedBy()).isEqualTo("bob");
  }

  @Test
  default void aHoldKeepsEverythingBeforeIt() {
    TestServices services = new TestServices(store().emptied());
    write(services, ALICE, 3);
    services.clock().forward(Duration.ofDays(7 * 366));
    Instant now = services.clock().instant();
    Purges purges = services.get(Purges.class);
    PurgeView asked = purges.request(ALICE, now);
    HoldView hold =
        services.get(Holds.class).set(ALICE, new HoldOrder("case", "letter", null, null, null));

    assertThatThrownBy(() -> purges.request(ALICE, now)).hasMessageContaining("LEGAL_HOLD");
    assertThatThrownBy(() -> purges.approve(BOB, asked.id())).hasMessageContaining("LEGAL_HOLD");
    assertThat(purges.plan(ALICE, now).holds()).containsExactly(hold);
    assertThat(store().number("SELECT COUNT(*) FROM audit_record")).isEqualTo(3);

    services.get(Holds.class).lift(ALICE, hold.id());
    assertThat(purges.approve(BOB, asked.id()).lastSequence()).isEqualTo(3);
  }

  @Test
  default void forgetsASubjectInEveryRecord() {
    TestServices services = new TestServices(store().emptied());
    write(services, ALICE, 600);
    AuditReader reader = services.get(AuditReader.class);
    Caller auditor = Caller.system();
    String before = reader.read(auditor, 7).toString();
    assertThat(before).contains("alice", "192.0.2.7", "agent");

    assertThat(services.get(Subjects.class).erase(BOB, "user-5").records()).isEqualTo(600);

    String after = reader.read(auditor, 7).toString();
    assertThat(after).doesNotContain("alice", "192.0.2.7").contains("user-5");
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM audit_record WHERE words LIKE '%alice%'"
                        + " OR actor_name = 'alice'"))
        .isZero();
    assertThat(services.get(LogVerifier.class).verify(auditor).verified()).isTrue();
    // what comes later has a key of its own again
    write(services, ALICE, 1);
    assertThat(
            reader
                .read(auditor, store().number("SELECT MAX(sequence) FROM audit_record"))
                .toString())
        .contains("alice");
  }

  /** An archive holds ciphertext alone, which can be read for as long as there is a key. */
  @Test
  default void forgetsASubjectWhoIsInAnArchiveAlone() {
    TestServices services = new TestServices(store().emptied());
    write(services, Orders.person(8, "carol", TestStore.DEFAULT, "admin"), 3);
    services.clock().forward(Duration.ofDays(7 * 366));
    Purges purges = services.get(Purges.class);
    PurgeView purge = purges.request(ALICE, services.clock().instant());
    assertThat(purges.approve(BOB, purge.id()).lastSequence()).isEqualTo(3);
    String keysOfCarol = "SELECT COUNT(*) FROM audit_subject_key WHERE subject = 'user-8'";
    assertThat(store().number(keysOfCarol)).isEqualTo(1);

    Subjects subjects = services.get(Subjects.class);
    Caller elsewhere = Orders.person(9, "eve", 2, "admin");
    refused(ProblemType.NOT_FOUND, () -> subjects.erase(elsewhere, "user-8"));
    HoldView hold =
        services.get(Holds.class).set(ALICE, new HoldOrder("case", "letter", "user-8", null, null));
    refused(ProblemType.LEGAL_HOLD, () -> subjects.erase(BOB, "user-8"));
    services.get(Holds.class).lift(ALICE, hold.id());

    assertThat(subjects.erase(BOB, "user-8").records()).isZero();
    assertThat(store().number(keysOfCarol)).isZero();
    refused(ProblemType.NOT_FOUND, () -> subjects.erase(BOB, "user-8"));
  }

  @Test
  default void keepsNoClearNameInTheLeaf() {
    TestServices services = new TestServices(store().emptied());
    write(services, ALICE, 1);
    String leaf =
        new String(services.get(LogProofs.class).leaf(Caller.system(), 1), StandardCharsets.UTF_8);
    assertThat(leaf).doesNotContain("alice", "192.0.2.7");
  }

  @Test
  default void saysWhatWouldGoAndThatSomebodyAsked() {
    TestServices services = new TestServices(store().emptied());
    Purges purges = services.get(Purges.class);
    Instant now = services.clock().instant();
    Purges.Plan nothing = purges.plan(ALICE, now);
    assertThat(nothing.records()).isZero();
    assertThat(nothing.firstSequence()).isNull();
    assertThat(nothing.lastSequence()).isNull();
    assertThat(nothing.effectiveBefore()).as("what retention lets go").isBefore(now);

    write(services, ALICE, 3);
    services.clock().forward(Duration.ofDays(8 * 366));
    Instant between = services.clock().instant();
    services.clock().forward(Duration.ofDays(1));
    write(services, ALICE, 2);
    services.clock().forward(Duration.ofDays(8 * 366));
    Purges.Plan some = purges.plan(ALICE, between);
    assertThat(some.dryRun()).isTrue();
    assertThat(some.before()).isEqualTo(between);
    assertThat(some.effectiveBefore()).isEqualTo(between);
    // the first plan was recorded, too
    assertThat(some.records()).isEqualTo(4);
    assertThat(some.firstSequence()).isEqualTo(1);
    assertThat(some.lastSequence()).isEqualTo(4);
    services.get(LogKeeper.class).advance();
    assertThat(
            store()
                .number(
                    "SELECT COUNT(*) FROM audit_record WHERE action = 'audit.purged'"
                        + " AND target_id = 'dry-run'"))
        .isEqualTo(2);
  }

  @Test
  default void nothingToPurgeIsDoneWithoutAnArchive() {
    TestServices services = new TestServices(store().emptied());
    Purges purges = services.get(Purges.class);
    write(services, ALICE, 2);
    PurgeView asked = purges.request(ALICE, services.clock().instant());
    PurgeView done = purges.approve(BOB, asked.id());
    assertThat(done.archive()).isNull();
    assertThat(done.firstSequence()).isNull();
    assertThat(done).isEqualTo(purges.read(ALICE, asked.id()));
    refused(ProblemType.CONFLICT, () -> purges.approve(BOB, asked.id()));
    refused(ProblemType.NOT_FOUND, () -> purges.read(ALICE, asked.id() + 1));
    refused(ProblemType.NOT_FOUND, () -> purges.approve(BOB, asked.id() + 1));
    assertThat(store().number("SELECT COUNT(*) FROM audit_record")).isEqualTo(2);
  }

  @Test
  default void isForTheOperatorAlone() {
    TestServices services = new TestServices(store().emptied());
    Purges purges = services.get(Purges.class);
    Instant now = services.clock().instant();
    Caller other = person(5, "eve", 900);
    refused(ProblemType.FORBIDDEN, () -> purges.plan(other, now));
    refused(ProblemType.FORBIDDEN, () -> purges.request(other, now));
    refused(ProblemType.FORBIDDEN, () -> purges.read(other, 1));
    refused(ProblemType.FORBIDDEN, () -> purges.approve(other, 1));
  }

  @Test
  default void aHoldOfLaterRecordsKeepsNoEarlierOnes() {
    TestServices services = new TestServices(store().emptied());
    write(services, ALICE, 1);
    Instant now = services.clock().instant();
    services.get(Holds.class).set(ALICE, new HoldOrder("case", "letter", null, now, null));
    Purges purges = services.get(Purges.class);
    assertThat(purges.plan(ALICE, now).holds()).isEmpty();
    assertThat(purges.plan(ALICE, now.plusMillis(1)).holds()).hasSize(1);
    purges.request(ALICE, now);
    refused(ProblemType.LEGAL_HOLD, () -> purges.request(ALICE, now.plusMillis(1)));
  }
}
