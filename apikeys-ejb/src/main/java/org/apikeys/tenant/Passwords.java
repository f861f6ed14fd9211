package org.apikeys.tenant;

import com.nulabinc.zxcvbn.Zxcvbn;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import java.util.List;
import java.util.Map;
import org.apikeys.api.problem.ProblemException;

/** Hashes passwords (PBKDF2-HMAC-SHA-512, OWASP's count of rounds) and refuses common ones. */
@ApplicationScoped
class Passwords {
  /** OWASP Password Storage Cheat Sheet: 210,000 rounds for PBKDF2-HMAC-SHA512. */
  private static final Map<String, String> PARAMETERS =
      Map.of(
          "Pbkdf2PasswordHash.Algorithm", "PBKDF2WithHmacSHA512",
          "Pbkdf2PasswordHash.Iterations", "210000",
          "Pbkdf2PasswordHash.SaltSizeBytes", "32");

  /** Fewer guesses than this are within reach of somebody who tries online (zxcvbn score 2). */
  private static final double FEWEST_GUESSES = 1e6;

  private static final int MEASURED_LENGTH = 64;

  private final Pbkdf2PasswordHash hash;
  private volatile String nobody = "";

  @Inject
  Passwords(Pbkdf2PasswordHash hash) {
    this.hash = hash;
  }

  @SuppressWarnings("NullAway")
  protected Passwords() {
    hash = null;
  }

  @PostConstruct
  void initialize() {
    hash.initialize(PARAMETERS);
  }

  String hash(String password) {
    return hash.generate(password.toCharArray());
  }

  boolean matches(String password, String stored) {
    return hash.verify(password.toCharArray(), stored);
  }

  /**
   * Takes as long as {@link #matches}, so that an unknown name answers no sooner than a known one.
   */
  void matchNobody(String password) {
    if (nobody.isEmpty()) {
      nobody = hash("the password of nobody");
    }
    matches(password, nobody);
  }

  /** Refuses a password that is easy to guess for someone who knows these words. */
  void requireStrong(String password, List<String> knownWords) {
    String measured = password.substring(0, Math.min(password.length(), MEASURED_LENGTH));
    if (new Zxcvbn().measure(measured, knownWords).getGuesses() < FEWEST_GUESSES) {
      throw ProblemException.invalid(
          "password", "is too common or easy to guess; take several unrelated words");
    }
  }
}
