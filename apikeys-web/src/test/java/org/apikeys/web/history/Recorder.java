package org.apikeys.web.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apikeys.web.history.KeyModel.Deed;
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
  private static final int LATEST = 2;

  private final IssuedKey key;
  private final List<Operation<Deed>> certain = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private final ConcurrentSkipListMap<Integer, String> secrets = new ConcurrentSkipListMap<>();
  private final AtomicInteger lastSecret = new AtomicInteger(KeyModel.FIRST_SECRET);

  /** Without an answer yet whether it happened. */
  private record Open(Deed deed, long call) {}

  Recorder(IssuedKey key) {
    this.key = key;
    secrets.put(KeyModel.FIRST_SECRET, key.value());
  }

  IssuedKey key() {
    return key;
  }

  /**
   * Asks about one of the latest secrets.
   *
   * @param staleNanos how old what the asked node knows may be
   */
  void verify(Gateway gateway, Random random, long staleNanos) {
    int back = random.nextInt(LATEST);
    Map.Entry<Integer, String> secret = secrets.lastEntry();
    for (int i = 0; i < back; i++) {
      Map.Entry<Integer, String> older = secrets.lowerEntry(secret.getKey());
      secret = older == null ? secret : older;
    }
    int number = secret.getKey();
    String value = secret.getValue();
    long call = System.nanoTime();
    try {
      Answer answer = gateway.ask(value);
      if (answer.status() == 200) {
        String code = answer.json().path("code").asText();
        add(new Verified(number, code), call - staleNanos, System.nanoTime());
      }
    } catch (RuntimeException e) {
      // nobody answered: nothing was seen
      Eventually.pause(50);
    }
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

  void revoke(Api admin) {
    perform(new Revoked(), () -> admin.delete(key.path()), answer -> {});
  }

  private interface Then {
    void take(Answer answer);
  }

  private void perform(Deed deed, Supplier<Answer> call, Then then) {
    long began = System.nanoTime();
    try {
      Answer answer = call.get();
      long end = System.nanoTime();
      if (answer.status() == 200) {
        add(deed, began, end);
        then.take(answer);
      } else if (answer.status() >= 500) {
        perhaps(deed, began);
      }
      // 4xx: refused, nothing has happened
    } catch (RuntimeException e) {
      perhaps(deed, began);
      Eventually.pause(50);
    }
  }

  private synchronized void add(Deed deed, long call, long end) {
    certain.add(new Operation<>(deed, call, end, true));
  }

  private synchronized void perhaps(Deed deed, long call) {
    open.add(new Open(deed, call));
  }

  /** What has no answer until now has happened by now, or never will. */
  synchronized void settle() {
    long now = System.nanoTime();
    open.forEach(one -> certain.add(new Operation<>(one.deed(), one.call(), now, false)));
    open.clear();
  }

  /** Everything that was seen. */
  synchronized List<Operation<Deed>> history() {
    return List.copyOf(certain);
  }
}
