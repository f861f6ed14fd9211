package org.apikeys.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
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
  private static final int MOST_LEASED = 1_000;
  private static final int FIRST_LEASE = 2;
  private static final long BUSY_NANOS = Duration.ofSeconds(1).toNanos();

  /** The part of what is left of a limit that is borrowed at once: what is not used is lost. */
  private static final int LEASED_PART = 10;

  private static final String RATE_LIMITED = "RATE_LIMITED";

  /** What is wrong is the question. */
  private static final int MALFORMED = 400;

  /** After these what was lent still counts. */
  private static final Set<String> ABOUT_THE_CALL =
      Set.of("ENVIRONMENT_MISMATCH", "INSUFFICIENT_SCOPE", "PAYLOAD_TOO_LARGE", RATE_LIMITED);

  private final Server server;
  private final Revocations revocations;
  private final UsageSpool spool;
  private final CircuitBreaker breaker;
  private final FailMode failMode;
  private final long staleNanos;
  private final KeyShape shape;
  private final Thread listener;
  private final Thread reporter;
  private final Metrics metrics = new Metrics();
  private final Loans loans;

  private ApiKeysClient(Builder builder) {
    server = new Server(builder.root, builder.key, builder.timeout, wireName(builder.environment));
    failMode = builder.failMode;
    staleNanos = builder.staleLimit.toNanos();
    loans = new Loans(builder.cacheSize);
    shape = new KeyShape(builder.format);
    breaker = new CircuitBreaker(builder.rest.toNanos(), System::nanoTime);
    spool = new UsageSpool(server, builder.spool, metrics);
    revocations = new Revocations(server, loans::changed, loans::allChanged, metrics);
    listener = builder.threads.newThread(revocations);
    reporter = builder.threads.newThread(spool);
    listener.start();
    reporter.start();
  }

  /**
   * A client of a server.
   *
   * @param root such as {@code https://keys.example.com/}; below a path when it has one
   * @param key the gateway's own, with the scopes {@code keys:verify} and {@code usage:write}
   * @throws IllegalArgumentException when the root is no such address, or the key can be none
   */
  public static Builder of(URI root, String key) {
    return new Builder(root, key);
  }

  /** How a client is to be. */
  public static final class Builder {
    private final URI root;
    private final OwnKey key;
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
      this.key = new OwnKey(key);
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

    /** The folder that usage waits in; without one it waits in memory, and a restart loses it. */
    public Builder spool(@Nullable Path folder) {
      spool = folder;
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
    return tryVerify(call).orElseGet(() -> ask(call));
  }

  /** As {@link #verify}, but without waiting: empty when the server has to be asked. */
  public Optional<Verdict> tryVerify(Call call) {
    Optional<Verdict> here = decideHere(call);
    here.ifPresent(verdict -> reported(call, verdict));
    return here;
  }

  /** As {@link #verify}, when the server has to be asked: waits for its answer. */
  public Verdict ask(Call call) {
    return reported(call, askServer(call));
  }

  /** As {@link #ask}, for a caller that sends the question itself. */
  public Asking asking(Call call) {
    return new Asking(call);
  }

  /** Decides about a call whose end {@link #finish} will tell. */
  public Verdict begin(Call call) {
    return decideHere(call).orElseGet(() -> askServer(call));
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

  /** How long ago the server was last heard. */
  public Duration silence() {
    return Duration.ofNanos(System.nanoTime() - revocations.heardNanos());
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
      spool.add(
          Usage.of(key.id(), call, outcome, System.currentTimeMillis(), verdict.decisionId()));
    }
  }

  private Verdict reported(Call call, Verdict verdict) {
    if (verdict.valid() && verdict.decisionId() == null) {
      report(call, verdict, null);
    }
    return verdict;
  }

  private Optional<Verdict> decideHere(Call call) {
    Loan loan = KeyShape.isTooLong(call.key()) ? null : loans.find(call);
    if (loan == null && !shape.couldBeKey(call.key())) {
      metrics.rejectedOffline.increment();
      return Optional.of(Verdict.MALFORMED);
    }
    if (loan == null || !isTrusted(loan) || !loan.covers(call) || isToRenew(loan)) {
      return Optional.empty();
    }
    return take(loan);
  }

  /**
   * One caller asks for more before all is used up, while others still use it. Not of a key with
   * limits: the server's answer would show fewer calls left than there are.
   */
  private static boolean isToRenew(Loan loan) {
    return loan.verdict().limit() == null
        && loan.isLow(System.currentTimeMillis())
        && loan.renewing().compareAndSet(false, true);
  }

  private Optional<Verdict> take(Loan loan) {
    Verdict taken = loan.tryTake(System.currentTimeMillis());
    if (taken != null) {
      metrics.decidedHere.increment();
    }
    return Optional.ofNullable(taken);
  }

  private boolean isTrusted(Loan loan) {
    long now = System.nanoTime();
    return now - loan.askedNanos() < Revocations.TRUSTED_NANOS
        || revocations.covers(loan.connection(), now);
  }

  private Verdict askServer(Call call) {
    Asking asking = new Asking(call);
    Verdict known = asking.known();
    if (known != null) {
      return known;
    }
    try {
      HttpResponse<String> answer = server.ask(asking.body());
      return asking.read(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return asking.lost();
    }
  }

  /**
   * A question to the server about a call, to be sent by whoever has a way of their own: {@code
   * POST} {@link #body} to {@link #PATH}, and tell what has become of it.
   */
  public final class Asking {
    /** Where the question goes. */
    public static final String PATH = Server.VERIFY;

    private final Call call;
    private final @Nullable Loan before;
    private final @Nullable Verdict known;
    private final long connection = revocations.connection();
    private final long asked = System.nanoTime();

    private Asking(Call call) {
      this.call = call;
      before = loans.find(call);
      known = breaker.tryPass() ? null : withoutServer(call, before);
    }

    /** The decision, when nobody is to be asked; else null. */
    public @Nullable Verdict decided() {
      return known == null ? null : reported(call, known);
    }

    /** The question, as JSON. It holds the key. */
    public String body() {
      return server.question(call, wanted(before));
    }

    /** The server has answered. */
    public Verdict answered(int status, String answer) {
      return reported(call, read(status, answer));
    }

    /** There was no answer. */
    public Verdict failed() {
      return reported(call, lost());
    }

    private @Nullable Verdict known() {
      return known;
    }

    private Verdict read(int status, String answer) {
      try {
        Server.Verified decision = Server.decision(status, answer);
        server.isRefusing(Server.VERIFY, status);
        breaker.succeeded();
        metrics.asked.increment();
        keep(call, decision, connection, asked);
        return afterAll(call, decision.verdict(), before);
      } catch (RefusedException e) {
        if (e.status() >= 500) {
          return lost();
        }
        metrics.failures.increment();
        if (e.status() != MALFORMED) {
          server.isRefusing(Server.VERIFY, e.status());
        }
        // the gateway's own key or question is at fault: no reason to let anyone through
        return Verdict.UNAVAILABLE;
      } catch (IOException e) {
        return lost();
      } finally {
        end();
      }
    }

    private Verdict lost() {
      metrics.failures.increment();
      breaker.failed();
      end();
      return withoutServer(call, before);
    }

    private void end() {
      if (before != null) {
        before.renewing().set(false);
      }
    }
  }

  /** A limit that the server sees reached may have been reached by what is lent and not used. */
  private Verdict afterAll(Call call, Verdict answer, @Nullable Loan before) {
    return answer.code().equals(RATE_LIMITED)
            && before != null
            && isTrusted(before)
            && before.covers(call)
        ? take(before).orElse(answer)
        : answer;
  }

  private void keep(Call call, Server.Verified answer, long connection, long asked) {
    Verdict verdict = answer.verdict();
    VerifiedKey key = verdict.key();
    if (verdict.valid() && key != null) {
      Loan loan = Loan.of(verdict, key, answer.lease(), asked, connection);
      loans.keep(call, answer.variesBy(), loan);
    } else if (!ABOUT_THE_CALL.contains(verdict.code())) {
      loans.forget(call);
    }
  }

  /**
   * How many calls to borrow. What is not used is lost to a key with limits, so that one that is
   * seldom called borrows none, and one that is called often as many again as it has just used up.
   */
  private static int wanted(@Nullable Loan before) {
    if (before == null) {
      return 0;
    }
    Verdict.RateLimit limit = before.verdict().limit();
    if (limit == null) {
      return before.isLow(System.currentTimeMillis()) ? MOST_LEASED : 0;
    }
    if (!before.isUsedUp() || System.nanoTime() - before.askedNanos() > BUSY_NANOS) {
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
            && before.covers(call);
    Verdict known = before != null && goesOn ? take(before).orElse(null) : null;
    if (known == null) {
      metrics.unavailable.increment();
      return Verdict.UNAVAILABLE;
    }
    return known;
  }

  private static @Nullable String wireName(@Nullable Environment environment) {
    return environment == null ? null : environment.wireName();
  }
}
