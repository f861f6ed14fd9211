package org.apikeys.tenant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.restriction.Networks;
import org.jspecify.annotations.Nullable;

/**
 * Sign-ins of an address from which many have failed in the last minute, one at a time. A password
 * takes a tenth of a second of a processor to check, for names that nobody has, too, so that one
 * who makes up names would keep all processors from everything else. Addresses that nobody guesses
 * from sign in as many at once as they like.
 */
@ApplicationScoped
class SignInSources {
  static final int FAILURES = 50;
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final long MOST = 10_000;

  private final Cache<String, Source> sources = Caffeine.newBuilder().maximumSize(MOST).build();
  private final Clock clock;

  @Inject
  SignInSources(Clock clock) {
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected SignInSources() {
    clock = null;
  }

  /**
   * Lets somebody sign in when it is their address's turn; what throws has failed.
   *
   * @param address whence they try; null where it is not known
   * @throws ProblemException 429 while another attempt from a suspect address is under way
   */
  <T> T inTurn(@Nullable String address, Supplier<T> attempt) {
    Source source = sources.get(place(address), name -> new Source());
    source.begin(clock.millis());
    boolean failed = true;
    try {
      T done = attempt.get();
      failed = false;
      return done;
    } finally {
      source.end(failed, clock.millis());
    }
  }

  /** Of IPv6 the network: whoever has one address has billions. */
  private static String place(@Nullable String address) {
    String text = String.valueOf(address);
    return text.indexOf(':') < 0 ? text : Networks.of(text);
  }

  private static final class Source {
    private int running;
    private int failures;
    private long since;

    synchronized void begin(long now) {
      forget(now);
      if (running > 0 && failures >= FAILURES) {
        throw ProblemException.retryAfter(
            ProblemType.SIGN_IN_LOCKED,
            "Many sign-ins from this address have failed in the last minute, and another one is"
                + " being checked. Try again in a moment.",
            AGAIN);
      }
      running++;
    }

    synchronized void end(boolean failed, long now) {
      running--;
      if (failed) {
        forget(now);
        failures++;
      }
    }

    private void forget(long now) {
      if (Math.abs(now - since) >= REMEMBERED.toMillis()) {
        since = now;
        failures = 0;
      }
    }
  }
}
