package org.apikeys.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apikeys.api.key.Environment;
import org.apikeys.api.key.KeyFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decides about calls. The first calls of a key are asked about; then the server lends some, which
 * it has counted already, and they are decided about here. What was lent counts for a second, and
 * for as long as every change of keys is heard. What can't be granted here is asked about, so that
 * every denial is the server's own.
 */
public final class ApiKeysClient implements AutoCloseable {
  private static final long SETTLING_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int MOST_CHANGED = 10_000;
  private static final int MOST_LEASED = 1_000;
  private static final int FIRST_LEASE = 2;
  private static final long BUSY_NANOS = Duration.ofSeconds(1).toNanos();

  /** The part of what is left of a limit that is borrowed at once: what is not used is lost. */
  private static final int LEASED_PART = 10;

  private static final int SHORTEST_KEY = 8;
  private static final int LONGEST_KEY = 256;

  /** After these the key itself is still what it was. */
  private static final Set<String> ABOUT_THE_CALL =
      Set.of("INSUFFICIENT_SCOPE", "PAYLOAD_TOO_LARGE");

  private final Server server;
  private final Revocations revocations;
  private final UsageSpool spool;
  private final CircuitBreaker breaker;
  private final FailMode failMode;
  private final long staleNanos;
  private final int cacheSize;
  private final KeyFormat format;
  private final Thread listener;
  private final Thread reporter;
  private final Metrics metrics = new Metrics();

  private final Map<Identity, Loan> loans = new ConcurrentHashMap<>();
  private final Map<Long, Long> changedNanos = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();
  private volatile long allChangedNanos = System.nanoTime() - SETTLING_NANOS;

  private ApiKeysClient(Builder builder) {
    server = new Server(builder.root, builder.key, builder.timeout, wireName(builder.environment));
    failMode = builder.failMode;
    staleNanos = builder.staleLimit.toNanos();
    cacheSize = builder.cacheSize;
    format = builder.format;
    breaker = new CircuitBreaker(builder.rest.toNanos(), System::nanoTime);
    spool = new UsageSpool(server, builder.spool, metrics);
    revocations = new Revocations(server, this::changed, this::allChanged, metrics);
    listener = builder.threads.newThread(revocations);
    reporter = builder.threads.newThread(spool);
    listener.start();
    reporter.start();
  }

  /**
   * A client of a server.
   *
   * @param root such as {@code https://keys.example.com/}
   * @param key the gateway's own, with the scopes {@code keys:verify} and {@code usage:write}
   */
  public static Builder of(URI root, String key) {
    return new Builder(root, key);
  }

  /** How a client is to be. */
  public static final class Builder {
    private final URI root;
    private final String key;
    private Duration timeout = Duration.ofSeconds(3);
    private Duration staleLimit = Duration.ofSeconds(10);
    private Duration rest = Duration.ofSeconds(1);
    private FailMode failMode = FailMode.DENY;
    private @Nullable Path spool;
    private @Nullable Environment environment;
    private KeyFormat format = KeyFormat.DEFAULT;
    private int cacheSize = 50_000;
    private ThreadFactory threads = Builder::daemon;

    private Builder(URI root, String key) {
      if (root.getHost() == null || !Set.of("http", "https").contains("" + root.getScheme())) {
        throw new IllegalArgumentException("the server is an http or https address");
      }
      this.root = root;
      this.key = key;
    }

    /** How long to wait for an answer; 3 s. */
    public Builder timeout(Duration wait) {
      timeout = wait;
      return this;
    }

    /** What becomes of calls when the server can't be asked; {@link FailMode#DENY}. */
    public Builder failMode(FailMode mode) {
      failMode = mode;
      return this;
    }

    /** How long after the server was last heard {@link FailMode#LAST_KNOWN} goes on; 10 s. */
    public Builder staleLimit(Duration limit) {
      staleLimit = limit;
      return this;
    }

    /** How long nobody asks a server that has failed five times in a row; 1 s. */
    public Builder rest(Duration pause) {
      rest = pause;
      return this;
    }

    /** The file that usage waits in; without one it waits in memory, and a restart loses it. */
    public Builder spool(@Nullable Path file) {
      spool = file;
      return this;
    }

    /** Where this runs: keys of other environments are refused. */
    public Builder environment(@Nullable Environment where) {
      environment = where;
      return this;
    }

    /** How the installation writes its keys, when its settings change that. */
    public Builder format(KeyFormat own) {
      format = own;
      return this;
    }

    /** How many keys and addresses are remembered at most; 50,000. */
    public Builder cacheSize(int most) {
      cacheSize = most;
      return this;
    }

    /** Who makes its two threads; in a container, its own factory. */
    public Builder threads(ThreadFactory factory) {
      threads = factory;
      return this;
    }

    public ApiKeysClient start() {
      return new ApiKeysClient(this);
    }

    private static Thread daemon(Runnable work) {
      Thread thread = new Thread(work, "apikeys-client");
      thread.setDaemon(true);
      return thread;
    }
  }

  /** Decides about a call, and counts it; for callers that do not tell what it came to. */
  public Verdict verify(Call call) {
    Verdict verdict = begin(call);
    if (verdict.valid() && verdict.decisionId() == null) {
      report(call, verdict, null);
    }
    return verdict;
  }

  /** Decides about a call whose end {@link #finish} will tell. */
  public Verdict begin(Call call) {
    if (!couldBeKey(call.key())) {
      metrics.rejectedOffline.increment();
      return Verdict.MALFORMED;
    }
    Identity who = Identity.of(call);
    Loan loan = loans.get(who);
    if (loan != null && isTrusted(loan) && take(loan, call)) {
      metrics.decidedHere.increment();
      return loan.verdict();
    }
    return ask(call, who, loan);
  }

  /** Tells what a call came to that was granted. */
  public void finish(Call call, Verdict verdict, Outcome outcome) {
    if (verdict.valid()) {
      report(call, verdict, outcome);
    }
  }

  public Metrics metrics() {
    return metrics;
  }

  /** Sends what waits, now. */
  public void flush() {
    spool.flush();
  }

  @Override
  public void close() {
    revocations.stop();
    spool.stop();
    listener.interrupt();
    reporter.interrupt();
    spool.flush();
  }

  private void report(Call call, Verdict verdict, @Nullable Outcome outcome) {
    VerifiedKey key = verdict.key();
    if (key != null) {
      spool.add(new UsageSpool.Usage(key.id(), call, outcome, Instant.now(), verdict.decisionId()));
    }
  }

  private static boolean take(Loan loan, Call call) {
    return loan.covers(call) && loan.tryTake(System.currentTimeMillis());
  }

  private boolean isTrusted(Loan loan) {
    long now = System.nanoTime();
    return now - loan.askedNanos() < Revocations.TRUSTED_NANOS
        || revocations.covers(loan.connection(), now);
  }

  private Verdict ask(Call call, Identity who, @Nullable Loan before) {
    if (!breaker.tryPass()) {
      return withoutServer(call, before);
    }
    long stamp = changes.get();
    long connection = revocations.connection();
    long asked = System.nanoTime();
    try {
      Server.Verified answer = server.verify(call, wanted(before));
      breaker.succeeded();
      metrics.asked.increment();
      keep(who, answer, stamp, connection, asked);
      return answer.verdict();
    } catch (RefusedException e) {
      metrics.failures.increment();
      if (e.status() < 500) {
        // the gateway's own key or question is at fault: no reason to let anyone through
        return Verdict.UNAVAILABLE;
      }
      breaker.failed();
      return withoutServer(call, before);
    } catch (IOException e) {
      metrics.failures.increment();
      breaker.failed();
      return withoutServer(call, before);
    }
  }

  /**
   * How many calls to borrow. What is not used is lost to a key with limits, so that one that is
   * seldom called borrows none, and one that is called often as many again as it has just used up.
   */
  private static int wanted(@Nullable Loan before) {
    if (before == null || before.left(System.currentTimeMillis()) > 0) {
      return 0;
    }
    Verdict.RateLimit limit = before.verdict().limit();
    if (limit == null) {
      return MOST_LEASED;
    }
    boolean usedUp = before.calls().get() == 0;
    if (!usedUp || System.nanoTime() - before.askedNanos() > BUSY_NANOS) {
      return 0;
    }
    int more = Math.max(FIRST_LEASE, 2 * before.lent());
    return (int) Math.min(Math.min(MOST_LEASED, more), limit.remaining() / LEASED_PART);
  }

  private Verdict withoutServer(Call call, @Nullable Loan before) {
    boolean goesOn =
        failMode == FailMode.LAST_KNOWN
            && before != null
            && System.nanoTime() - Math.max(revocations.heardNanos(), before.askedNanos())
                < staleNanos
            && take(before, call);
    if (before != null && goesOn) {
      metrics.decidedHere.increment();
      return before.verdict();
    }
    metrics.unavailable.increment();
    return Verdict.UNAVAILABLE;
  }

  private void keep(Identity who, Server.Verified answer, long stamp, long connection, long asked) {
    Verdict verdict = answer.verdict();
    VerifiedKey key = verdict.key();
    if (!verdict.valid() || key == null) {
      if (!ABOUT_THE_CALL.contains(verdict.code())) {
        loans.remove(who);
      }
      return;
    }
    if (changes.get() != stamp || isSettling(key.id())) {
      // what another node answers may still be what was before the change
      loans.remove(who);
      return;
    }
    Server.Lease lease = answer.lease();
    Loan loan =
        new Loan(
            new Verdict(verdict.code(), verdict.status(), key, verdict.limit(), null),
            key,
            lease == null ? 0 : lease.calls(),
            new AtomicInteger(lease == null ? 0 : lease.calls()),
            lease == null ? 0 : lease.untilMillis(),
            lease == null ? Long.MAX_VALUE : lease.payloadBytes(),
            asked,
            connection);
    if (loans.size() >= cacheSize) {
      long now = System.currentTimeMillis();
      loans.values().removeIf(old -> old.untilMillis() <= now);
      if (loans.size() >= cacheSize) {
        loans.clear();
      }
    }
    loans.merge(who, loan, ApiKeysClient::carryOver);
    if (changes.get() != stamp) {
      loans.remove(who);
    }
  }

  /** Calls that were lent and not used are not lost by a new answer. */
  private static Loan carryOver(Loan old, Loan fresh) {
    boolean same = fresh.lent() == 0 || old.untilMillis() == fresh.untilMillis();
    if (!same || old.left(System.currentTimeMillis()) == 0) {
      return fresh;
    }
    int left = old.calls().getAndSet(0);
    return new Loan(
        fresh.verdict(),
        fresh.key(),
        Math.max(old.lent(), fresh.lent()),
        new AtomicInteger(left + fresh.calls().get()),
        Math.max(old.untilMillis(), fresh.untilMillis()),
        Math.min(old.payloadBytes(), fresh.payloadBytes()),
        fresh.askedNanos(),
        fresh.connection());
  }

  private boolean isSettling(long keyId) {
    long now = System.nanoTime();
    Long changed = changedNanos.get(keyId);
    return now - allChangedNanos < SETTLING_NANOS
        || (changed != null && now - changed < SETTLING_NANOS);
  }

  private void changed(long keyId) {
    changes.incrementAndGet();
    if (changedNanos.size() > MOST_CHANGED) {
      long now = System.nanoTime();
      changedNanos.values().removeIf(at -> now - at > SETTLING_NANOS);
    }
    changedNanos.put(keyId, System.nanoTime());
    loans.values().removeIf(loan -> loan.key().id() == keyId);
  }

  private void allChanged() {
    changes.incrementAndGet();
    allChangedNanos = System.nanoTime();
    loans.clear();
  }

  /**
   * Whether the text could be a key: of any form within bounds, since keys can be chosen and
   * imported; but what looks like one of the installation's own has its checksum right.
   */
  private boolean couldBeKey(String text) {
    if (text.length() < SHORTEST_KEY || text.length() > LONGEST_KEY) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return !isMistyped(text);
  }

  private boolean isMistyped(String text) {
    if (!format.looksLikeKey(text) || format.isWellFormed(text)) {
      return false;
    }
    int last = text.lastIndexOf('_');
    return last >= 0
        && text.length() - last - 1 == format.secretLength()
        && text.lastIndexOf('_', last - 1) == last - 1 - format.publicLength();
  }

  private static @Nullable String wireName(@Nullable Environment environment) {
    return environment == null ? null : environment.wireName();
  }
}
