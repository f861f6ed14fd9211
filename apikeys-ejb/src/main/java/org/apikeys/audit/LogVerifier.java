package org.apikeys.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apikeys.api.audit.Checkpoint;
import org.apikeys.api.audit.TreeHash;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.LogStore.StoredLeaf;
import org.jspecify.annotations.Nullable;

/**
 * Checks the whole log: every leaf against its hash, and the tree over them, made anew, against
 * every checkpoint that was signed.
 */
@ApplicationScoped
public class LogVerifier {
  private final LogCheck check;
  private final LogHealth health;

  @Inject
  public LogVerifier(LogCheck check, LogHealth health) {
    this.check = check;
    this.health = health;
  }

  @SuppressWarnings("NullAway")
  protected LogVerifier() {
    check = null;
    health = null;
  }

  /**
   * What came out.
   *
   * @param verified whether every record is as it was signed
   * @param size how many records are signed
   * @param root the root that was signed, base64
   * @param firstBadSequence the first record that can't be what was signed; null when all can, or
   *     when only the stored hashes are damaged
   */
  public record Result(boolean verified, long size, String root, @Nullable Long firstBadSequence) {}

  /** Checks and records it. */
  public Result verify(Caller caller) {
    Result result;
    try {
      result = check();
    } catch (DamagedLogException e) {
      result = new Result(false, check.treeSize(), TreeHash.EMPTY.base64(), null);
    }
    check.record(caller, result.verified());
    return result;
  }

  private Result check() {
    Checkpoint latest = check.latest();
    Long firstBad = new Run(latest.size()).firstBad();
    boolean sound =
        firstBad == null
            && health.trouble().isEmpty()
            && check.storedRoot(latest.size()).equals(latest.root());
    return new Result(sound, latest.size(), latest.root().base64(), firstBad);
  }

  /** One pass from the first record to the last. */
  private final class Run {
    private final long size;

    private final CompactRange range = new CompactRange();
    private final Deque<Checkpoint> ahead = new ArrayDeque<>();
    private List<TreeHash> tile = List.of();
    private long tileIndex = -1;
    private long count;

    /** The size of the last checkpoint that was seen to hold. */
    private long proven;

    Run(long size) {
      this.size = size;
    }

    @Nullable Long firstBad() {
      long purged = Math.min(check.purgedThrough(), size);
      while (count < purged) {
        TreeHash hash = stored(count);
        Long bad = hash == null ? Long.valueOf(count + 1) : take(hash);
        if (bad != null) {
          return bad;
        }
      }
      while (count < size) {
        List<StoredLeaf> page = check.leavesAfter(count);
        if (page.isEmpty()) {
          return count + 1;
        }
        for (StoredLeaf leaf : page) {
          if (count == size) {
            break;
          }
          Long bad = take(leaf);
          if (bad != null) {
            return bad;
          }
        }
      }
      return null;
    }

    private @Nullable Long take(StoredLeaf leaf) {
      boolean sound = leaf.sequence() == count + 1 && leaf.isAsNoted() && sameAsStored(leaf.hash());
      return sound ? take(leaf.hash()) : Long.valueOf(count + 1);
    }

    private @Nullable Long take(TreeHash hash) {
      range.add(hash);
      count++;
      Checkpoint next = checkpoint();
      if (next != null && next.size() == count) {
        if (!next.root().equals(range.root())) {
          // every leaf fits its own stored hash, so both were changed, after the last that holds
          return proven + 1;
        }
        proven = count;
      }
      return null;
    }

    private boolean sameAsStored(TreeHash hash) {
      TreeHash stored = stored(count);
      return stored != null && stored.equals(hash);
    }

    private @Nullable TreeHash stored(long index) {
      long wanted = index / Tiles.WIDTH;
      if (wanted != tileIndex) {
        tile = check.tile(wanted);
        tileIndex = wanted;
      }
      int place = (int) (index % Tiles.WIDTH);
      return place < tile.size() ? tile.get(place) : null;
    }

    /** The next checkpoint at or behind the present count; there is one up to the last size. */
    private @Nullable Checkpoint checkpoint() {
      if (ahead.isEmpty()) {
        ahead.addAll(check.checkpointsFrom(count));
      }
      while (!ahead.isEmpty() && ahead.peekFirst().size() < count) {
        ahead.removeFirst();
      }
      return ahead.peekFirst();
    }
  }
}
