package org.apikeys.web.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apikeys.web.history.KeyModel.Deed;
import org.apikeys.web.history.KeyModel.Read;
import org.apikeys.web.history.KeyModel.Revoked;
import org.apikeys.web.history.KeyModel.Rotated;
import org.apikeys.web.history.KeyModel.Switched;
import org.apikeys.web.history.KeyModel.Verified;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Gateway;
import org.apikeys.web.server.IssuedKey;
import org.apikeys.web.server.Json;

/** Does things to one key from many threads, and writes down what was seen when. */
final class Recorder {
  private static final System.Logger LOG = System.getLogger(Recorder.class.getName());

  /** Of the secrets that were answered, how many are presented. */
  private static final int LATEST = 2;

  /** After a failure: whoever asks on and on fills a history with what perhaps happened. */
  private static final long BREATH_MILLIS = 500;

  private final IssuedKey key;
  private final List<Operation<Deed>> history = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private final ConcurrentSkipListMap<Integer, String> secrets = new ConcurrentSkipListMap<>();
  private final AtomicInteger lastSecret = new AtomicInteger(KeyModel.FIRST_SECRET);

  /** Without an answer yet whether it happened. */
  private record Open(Deed deed, long call) {}

  Recorder(IssuedKey key) {
    this.key = key;
    secrets.put(KeyModel.FIRST_SECRET, key.value());
  }

  /**
   * Has one of the latest secrets decided about.
   *
   * @param staleNanos how old what the asked node knows may be
   */
  void verify(Gateway gateway, Random random, long staleNanos) {
    Map.Entry<Integer, String> secret = secrets.lastEntry();
    for (int i = random.nextInt(LATEST); i > 0; i--) {
      Map.Entry<Integer, String> older = secrets.lowerEntry(secret.getKey());
      secret = older == null ? secret : older;
    }
    int number = secret.getKey();
    String value = secret.getValue();
    observe(
        () -> gateway.ask(value), staleNanos, answer -> new Verified(number, answer.text("/code")));
  }

  void read(Api admin) {
    observe(() -> admin.get(key.path()), 0, answer -> new Read(answer.text("/status")));
  }

  private interface Seen {
    Deed in(Answer answer);
  }

  private void observe(Supplier<Answer> question, long staleNanos, Seen seen) {
    long call = System.nanoTime();
    try {
      Answer answer = question.get();
      long end = System.nanoTime();
      if (answer.status() == 200) {
        add(new Operation<>(seen.in(answer), call - staleNanos, end, true));
        return;
      }
      assertThat(answer.status() == 503 || Clients.isTooEarly(answer)).as("%s", answer).isTrue();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "Nothing was seen.", e);
    }
    Eventually.pause(BREATH_MILLIS);
  }

  /** Switches the key on or off, or makes a new secret of it. */
  void change(Api admin, Random random) {
    if (random.nextInt(4) == 0) {
      int number = lastSecret.incrementAndGet();
      perform(
          new Rotated(number),
          () -> admin.post(key.path() + "/rotate", Map.of("overlap", "PT0S")),
          answer -> secrets.put(number, answer.text("/key")));
    } else {
      boolean on = random.nextBoolean();
      perform(
          new Switched(on),
          () -> admin.put(key.path(), Json.object("is_active", on)),
          answer -> {});
    }
  }

  /** Whether it was answered that the key is revoked. */
  boolean revoke(Api admin) {
    return perform(new Revoked(), () -> admin.delete(key.path()), answer -> {});
  }

  private boolean perform(Deed deed, Supplier<Answer> call, Consumer<Answer> then) {
    long began = System.nanoTime();
    try {
      Answer answer = call.get();
      long end = System.nanoTime();
      if (answer.status() == 200) {
        add(new Operation<>(deed, began, end, true));
        then.accept(answer);
        return true;
      }
      boolean nobodyWasThere = Clients.isTooEarly(answer) && answer.status() != 500;
      if (answer.status() >= 500 && !nobodyWasThere) {
        assertThat(answer.status() == 503 || Clients.isTooEarly(answer)).as("%s", answer).isTrue();
        perhaps(deed, began);
      } else if (!nobodyWasThere) {
        // refused, so that nothing has happened: two at once, or a revoked key
        assertThat(answer.status()).as("%s", answer).isIn(409, 412);
        return false;
      }
    } catch (RuntimeException e) {
      if (Clients.mayHaveBeenHeard(e)) {
        perhaps(deed, began);
      }
    }
    Eventually.pause(BREATH_MILLIS);
    return false;
  }

  private synchronized void add(Operation<Deed> operation) {
    history.add(operation);
  }

  private synchronized void perhaps(Deed deed, long call) {
    open.add(new Open(deed, call));
  }

  /**
   * What has no answer until now has happened by now, or never will: to be said when the server is
   * another one, or its store, and all is well.
   */
  synchronized void settle() {
    long now = System.nanoTime();
    open.forEach(one -> history.add(new Operation<>(one.deed(), one.call(), now, false)));
    open.clear();
  }

  /** How often something of the kind was seen. */
  synchronized long seen(Class<? extends Deed> kind) {
    return history.stream().filter(one -> kind.isInstance(one.input())).count();
  }

  /** Whether the decision has fallen, or the status was read. */
  synchronized boolean hasSeen(String word) {
    return history.stream().anyMatch(one -> word(one).equals(word));
  }

  /** Requires that one key that does one thing after the other can have been seen so. */
  void requireOrder(String what) {
    settle();
    List<Operation<Deed>> all;
    synchronized (this) {
      all = List.copyOf(history);
    }
    Map<String, Long> seen =
        all.stream()
            .collect(Collectors.groupingBy(Recorder::word, TreeMap::new, Collectors.counting()));
    LOG.log(System.Logger.Level.INFO, "{0}: {1} operations on a key: {2}", what, all.size(), seen);
    assertThat(seen).containsKeys("VALID", "KEY_INACTIVE", "REVOKED", "active", "revoked");
    assertThat(seen).containsKeys("Switched", "Rotated", "Revoked");
    assertThat(KeyModel.explains(all)).as("%s of %s has an order", seen, key.keyId()).isTrue();
  }

  private static String word(Operation<Deed> one) {
    if (one.input() instanceof Verified verified) {
      return verified.code();
    }
    if (one.input() instanceof Read read) {
      return read.status();
    }
    return one.input().getClass().getSimpleName() + (one.certain() ? "" : " perhaps");
  }
}
