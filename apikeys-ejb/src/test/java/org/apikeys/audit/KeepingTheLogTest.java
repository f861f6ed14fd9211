package org.apikeys.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.setting.Settings;
import org.apikeys.store.Leases;
import org.apikeys.store.TestClock;
import org.apikeys.store.TestStore;
import org.apikeys.store.Told;
import org.junit.jupiter.api.Test;

/** When the log is numbered, signed, remembered and put to places outside. */
class KeepingTheLogTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final TestClock clock = new TestClock(NOON);
  private final List<Concern> concerns = new ArrayList<>();
  private final LogHealth health = new LogHealth(Told.to(concerns::add));
  private final Turns turns = new Turns();
  private final Growth growth = new Growth();
  private final Holding leases = new Holding();
  private final List<AuditEntry> flushed = new ArrayList<>();
  private final Path folder = TestStore.newFolder();
  private final Map<String, String> own =
      new HashMap<>(Map.of("apikeys.data.dir", folder.toString()));
  private final Settings settings = new Settings(name -> Optional.ofNullable(own.get(name)));

  /** Batches that wait for a number. */
  private static final class Turns extends Sequencer {
    private int waiting;
    private int asked;
    private int letGo;
    private boolean failing;

    @Override
    public boolean sequence() {
      asked++;
      if (failing) {
        throw new IllegalStateException("records can't be numbered");
      }
      waiting = Math.max(0, waiting - 1);
      return waiting > 0;
    }

    @Override
    public void letGo() {
      letGo++;
    }
  }

  /** Batches that wait for the tree. */
  private static final class Growth extends LogGrowth {
    private int waiting;
    private int asked;
    private boolean damaged;
    private boolean failing;

    @Override
    public boolean advance() {
      asked++;
      if (damaged) {
        throw new DamagedLogException("it is another one");
      }
      if (failing) {
        throw new UncheckedIOException("no room", new IOException("full"));
      }
      waiting = Math.max(0, waiting - 1);
      return waiting > 0;
    }
  }

  /** Whether this node has the lease. */
  private static final class Holding extends Leases {
    private boolean mine = true;

    @Override
    public boolean tryAcquire(String name, Duration length) {
      return mine;
    }
  }

  private LogKeeper keeper() {
    AuditLog alone =
        new AuditLog() {
          @Override
          public void recordAlone(java.util.Collection<AuditEntry> entries) {
            flushed.addAll(entries);
          }
        };
    Denials denials = new Denials(alone, clock);
    denials.note(
        AuditEntry.of(
                org.apikeys.api.tenant.Caller.system(), org.apikeys.api.audit.Action.ACCESS_DENIED)
            .denied("no"));
    return new LogKeeper(denials, turns, growth, health);
  }

  @Test
  void numbersAndSignsUntilNothingWaits() {
    turns.waiting = 3;
    growth.waiting = 2;
    LogKeeper keeper = keeper();
    keeper.advance();
    assertThat(turns.asked).isEqualTo(3);
    assertThat(growth.asked).isEqualTo(2);
    assertThat(flushed).as("denials have a time of their own").isEmpty();
    keeper.catchUp();
    assertThat(flushed).hasSize(1);
    assertThat(turns.asked).isEqualTo(4);
    assertThat(growth.asked).isEqualTo(3);
  }

  @Test
  void letsOthersHaveTheirTurnWhenThereIsVeryMuch() {
    turns.waiting = 1_000;
    growth.waiting = 1_000;
    keeper().advance();
    assertThat(turns.asked).isEqualTo(100);
    assertThat(growth.asked).isEqualTo(100);
  }

  @Test
  void goesOnNumberingWhatItDoesNotSign() {
    growth.damaged = true;
    LogKeeper keeper = keeper();
    keeper.advance();
    assertThat(health.trouble()).contains("it is another one");
    assertThat(concerns).hasSize(1);
    keeper.advance();
    assertThat(turns.asked).isEqualTo(2);
    assertThat(growth.asked).as("a few seconds later again, and not at once").isEqualTo(1);
    health.signed(5);
    keeper.advance();
    assertThat(growth.asked).isEqualTo(2);
  }

  @Test
  void saysThatItFailsUntilItWorksAgain() {
    LogKeeper keeper = keeper();
    turns.failing = true;
    assertThatThrownBy(keeper::advance).hasMessage("records can't be numbered");
    assertThat(health.goesOn()).isFalse();
    assertThat(health.trouble()).as("nothing is known to be wrong with the log").isEmpty();
    turns.failing = false;
    keeper.advance();
    assertThat(health.goesOn()).isTrue();
  }

  @Test
  void whoCanNotSignLeavesTheLogToOthersAndShowsItAllTheSame() {
    LogKeeper keeper = keeper();
    growth.failing = true;
    assertThatThrownBy(keeper::advance).hasMessage("no room");
    assertThat(turns.letGo).as("another node may have a disk with room").isEqualTo(1);
    keeper.catchUp();
    assertThat(turns.asked).as("a reader's records have their numbers").isEqualTo(2);
    assertThat(health.goesOn()).isFalse();
    turns.failing = true;
    assertThatThrownBy(keeper::catchUp).hasMessage("records can't be numbered");
    turns.failing = false;
    growth.failing = false;
    growth.damaged = true;
    turns.letGo = 0;
    keeper.advance();
    assertThat(turns.letGo).as("no other node signs what this one knows to be changed").isZero();
  }

  private static String note(long size) {
    return new Checkpoint("log", size, TreeHash.EMPTY).text()
        + "\n— log AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAA=\n";
  }

  private Anchors anchors(Path file) {
    own.put("apikeys.audit.anchor.file", file.toString());
    return anchors();
  }

  private Anchors anchors() {
    return new Anchors(settings, new CheckpointMemory(settings), health, leases, clock);
  }

  private void sign(long size) {
    new CheckpointMemory(settings).remember(note(size));
    health.signed(size);
  }

  private static int lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  @Test
  void anAnchorGetsNewCheckpointsNowAndThen() throws IOException {
    Path file = folder.resolve("anchor");
    sign(3);
    anchors(file).put();
    assertThat(new FileAnchor(file).last()).contains(note(3));

    Anchors anchors = anchors(folder.resolve("other"));
    Path other = folder.resolve("other");
    sign(4);
    anchors.put();
    assertThat(lines(other)).isEqualTo(1);
    clock.forward(Duration.ofMinutes(1));
    anchors.put();
    assertThat(lines(other)).as("nothing is new").isEqualTo(1);
  }

  @Test
  void nothingIsAnchoredThatThisNodeHasNotSignedNow() throws IOException {
    Path file = folder.resolve("anchor");
    Anchors anchors = anchors(file);
    anchors.put();
    assertThat(lines(file)).as("nothing is signed yet").isZero();
    sign(3);
    health.signed(2);
    assertThat(lines(put(anchors, file))).as("of an earlier turn").isZero();
    health.signed(3);
    leases.mine = false;
    assertThat(lines(put(anchors, file))).as("another node's turn").isZero();
    leases.mine = true;
    health.refused("damaged");
    assertThat(lines(put(anchors, file))).isZero();
    health.signed(3);
    assertThat(lines(put(anchors(file), file))).isEqualTo(1);
  }

  private static Path put(Anchors anchors, Path file) {
    anchors.put();
    return file;
  }

  @Test
  void whatLiesOutsideIsComparedFirst() throws IOException {
    Path file = folder.resolve("anchor");
    new FileAnchor(file).put(new Checkpoint("log", 9, TreeHash.EMPTY), note(9), NOON);
    Anchors anchors = anchors(file);
    sign(12);
    assertThat(anchors.unchecked()).contains(note(9));
    anchors.put();
    assertThat(lines(file)).isEqualTo(1);
    anchors.checked();
    assertThat(anchors.unchecked()).isEmpty();
    anchors.put();
    assertThat(lines(file)).isEqualTo(2);
    own.remove("apikeys.audit.anchor.file");
    assertThat(anchors().unchecked()).as("without an anchor").isEmpty();
  }

  @Test
  void anAnchorThatTakesNothingIsTriedAgain() throws IOException {
    Path file = folder.resolve("away/anchor");
    Anchors anchors = anchors(file);
    sign(3);
    anchors.put();
    Files.createDirectories(folder.resolve("away"));
    anchors.put();
    assertThat(lines(file)).as("not at once").isZero();
    clock.forward(Duration.ofSeconds(10));
    anchors.put();
    assertThat(lines(file)).isEqualTo(1);
  }

  @Test
  void aLineThatACrashCutOffCountsForNothing() throws IOException {
    Path file = folder.resolve("anchor");
    FileAnchor anchor = new FileAnchor(file);
    assertThat(anchor.last()).isEmpty();
    assertThat(anchor.name()).contains("anchor");
    Files.writeString(file, "{\"at\":");
    assertThat(anchor.last()).isEmpty();
    Files.delete(file);
    for (int size = 1; size <= 400; size++) {
      anchor.put(new Checkpoint("log", size, TreeHash.EMPTY), note(size), NOON);
    }
    assertThat(Files.size(file)).as("longer than what is read back").isGreaterThan(64 * 1024);
    Files.writeString(file, Files.readString(file) + "{\"at\":\"2026");
    assertThat(anchor.last()).contains(note(400));
  }

  @Test
  void aLineThatAFullDiskCutOffSpoilsNoOther() throws IOException {
    Path file = folder.resolve("anchor");
    FileAnchor anchor = new FileAnchor(file);
    anchor.put(new Checkpoint("log", 1, TreeHash.EMPTY), note(1), NOON);
    Files.writeString(file, Files.readString(file) + "{\"at\":\"2026");
    anchor.put(new Checkpoint("log", 2, TreeHash.EMPTY), note(2), NOON);
    assertThat(anchor.last()).contains(note(2));
    Files.writeString(file, Files.readString(file) + "{\"at\":\"2026-03{\"at\":\"2026\n");
    assertThat(anchor.last()).as("of a server of before").contains(note(2));
    Files.writeString(file, "something else\n");
    assertThatThrownBy(anchor::last).isInstanceOf(IOException.class);
  }

  @Test
  void whatWasSignedIsRememberedBesideTheKey() {
    CheckpointMemory memory = new CheckpointMemory(settings);
    assertThat(memory.last()).isEmpty();
    memory.remember(note(3));
    assertThat(memory.last()).contains(note(3));
    memory.remember(note(4));
    assertThat(memory.last()).contains(note(4));
    assertThat(new CheckpointMemory(settings).last()).as("after a restart").contains(note(4));
    assertThat(folder.resolve("audit.checkpoint")).exists();
  }
}
