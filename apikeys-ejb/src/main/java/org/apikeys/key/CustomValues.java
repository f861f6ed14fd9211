package org.apikeys.key;

import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.crypto.Secret;

/** Key values that people choose: refused when somebody else could have the same idea. */
@ApplicationScoped
class CustomValues {
  private static final String FIELD = "custom_key";
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{24,256}");

  /** What a Bearer header would take for a token of a person. */
  private static final Pattern TOKEN = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]*");

  /**
   * Guesses that it takes (zxcvbn's estimate); 24 characters without a pattern come to 1e24, and
   * each word or sequence among them to less.
   */
  private static final double FEWEST_GUESSES = 1e22;

  /** Of what is left without the parts below: 16 characters without a pattern. */
  private static final double FEWEST_GUESSES_OF_REST = 1e16;

  /**
   * What is long and says little: addresses, days and times, and words between punctuation. A run
   * of random characters has no punctuation, or is no word.
   */
  private static final Pattern PREDICTABLE =
      Pattern.compile(
          "[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,64}(\\.[A-Za-z]{2,20}){1,4}"
              + "|(?<![A-Za-z0-9])\\d{4}[-/._]\\d{1,2}[-/._]\\d{1,2}(?!\\d)"
              + "|(?<!\\d)\\d{1,2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?Z?"
              + "|(?<![A-Za-z0-9])([A-Za-z][a-z]{2,14}|[A-Z]{3,15})(?![A-Za-z0-9])");

  /** What is strong up to here is strong; the estimate takes its time with what is longer. */
  private static final int MEASURED_LENGTH = 64;

  private static final int SHOWN = 6;

  private final KeyFormat format;
  private final Presented presented;

  @Inject
  CustomValues(KeyFormat format, Presented presented) {
    this.format = format;
    this.presented = presented;
  }

  @SuppressWarnings("NullAway")
  protected CustomValues() {
    format = null;
    presented = null;
  }

  /** The chosen value with the part of it that may be shown; refused when weak or taken. */
  SecretMaker.Made accept(Secret chosen, KeyConfiguration key) {
    String value = chosen.reveal();
    if (!VISIBLE.matcher(value).matches()) {
      throw ProblemException.invalid(
          FIELD, "has 24 to 256 visible ASCII characters, without white space");
    }
    if (TOKEN.matcher(value).matches()) {
      throw ProblemException.invalid(FIELD, "looks like a JSON Web Token");
    }
    String other = (key.publishable() ? format.secretPrefix() : format.publishablePrefix()) + "_";
    if (value.startsWith(other)) {
      throw ProblemException.invalid(
          FIELD, "begins with " + other + ", which says that it is of the other kind");
    }
    requireStrong(value, key);
    if (presented.find(chosen).isPresent()) {
      throw ProblemException.taken(FIELD, "The custom key is in use already; take another value.");
    }
    return new SecretMaker.Made(chosen, value.substring(0, SHOWN));
  }

  private static void requireStrong(String value, KeyConfiguration key) {
    List<String> known =
        Stream.of(key.name(), key.owner(), key.environment(), key.type(), "apikey", "apikeys")
            .filter(Objects::nonNull)
            .toList();
    Strength strength = measure(value, known);
    String rest = PREDICTABLE.matcher(value).replaceAll("");
    if (strength.getGuesses() < FEWEST_GUESSES
        || isMonotonous(value)
        || (rest.length() < value.length()
            && measure(rest, known).getGuesses() < FEWEST_GUESSES_OF_REST)) {
      String warning = strength.getFeedback().getWarning();
      throw ProblemException.invalid(
          FIELD,
          "is easy to guess"
              + (warning == null || warning.isEmpty() ? "" : " (" + warning + ")")
              + "; take random characters");
    }
  }

  private static Strength measure(String value, List<String> known) {
    return new Zxcvbn()
        .measure(value.substring(0, Math.min(value.length(), MEASURED_LENGTH)), known);
  }

  /** A long value of few different characters outwits an estimate that multiplies by its length. */
  private static boolean isMonotonous(String value) {
    return value.chars().distinct().count() < 10;
  }
}
