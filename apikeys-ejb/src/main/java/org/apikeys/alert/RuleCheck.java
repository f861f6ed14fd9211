package org.apikeys.alert;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apikeys.alert.RuleDefinition.Anomaly;
import org.apikeys.alert.RuleDefinition.Threshold;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/** Checks a rule that somebody wants, and says for them what they left to the system. */
final class RuleCheck {
  private static final String PER_ORGANIZATION = "organization";
  private static final List<String> METRICS =
      List.of("requests", "denials", "throttles", "error_rate", "response_time", "credits");
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final BigDecimal MOST = new BigDecimal("1000000000000");
  private static final int LEAST_REQUESTS = 20;

  /** What anomaly rules can be about. */
  private static final List<AlertKind> SIGNALS =
      List.of(
          AlertKind.FAILED_VALIDATIONS,
          AlertKind.PERMISSION_VIOLATIONS,
          AlertKind.THROTTLED,
          AlertKind.NEW_COUNTRY,
          AlertKind.NEW_NETWORK,
          AlertKind.UNUSUAL_HOURS,
          AlertKind.UNUSUAL_VOLUME,
          AlertKind.MANY_KEYS_FROM_ADDRESS,
          AlertKind.MANY_ADDRESSES_OF_KEY);

  /** Signals that are not about a key. */
  private static final Set<AlertKind> OF_ADDRESSES =
      Set.of(AlertKind.FAILED_VALIDATIONS, AlertKind.MANY_KEYS_FROM_ADDRESS);

  private final RuleDefinition rule;
  private final List<FieldError> errors = new ArrayList<>();

  private RuleCheck(RuleDefinition rule) {
    this.rule = rule;
  }

  /** The rule with everything said; what is wrong is refused with its field. */
  static RuleDefinition complete(RuleDefinition wanted) {
    return new RuleCheck(wanted).complete();
  }

  private static boolean isRoute(@Nullable String word) {
    return word != null && Route.ALL.contains(word);
  }

  private RuleDefinition complete() {
    require("name", isName(rule.name()), "has 1 to 100 characters");
    require(
        "type",
        RuleDefinition.THRESHOLD.equals(rule.type()) || RuleDefinition.ANOMALY.equals(rule.type()),
        "is one of threshold, anomaly");
    require(
        "severity",
        rule.severity() == null
            || Arrays.stream(Severity.values()).anyMatch(one -> one.word().equals(rule.severity())),
        "is one of info, warning, critical");
    require(
        "answer",
        rule.answer() == null
            || Arrays.stream(Answer.values()).anyMatch(one -> one.word().equals(rule.answer())),
        "is one of none, throttle, suspend, require_rotation");
    require(
        "routes",
        rule.routes() == null
            || (!rule.routes().isEmpty() && rule.routes().stream().allMatch(RuleCheck::isRoute)),
        "names at least one of console, mail, webhook");
    Threshold limit = rule.threshold();
    Anomaly unusual = rule.anomaly();
    if (RuleDefinition.THRESHOLD.equals(rule.type())) {
      require("anomaly", rule.anomaly() == null, "is for rules of the type anomaly");
      limit = rule.threshold() == null ? null : checked(rule.threshold());
      require("threshold", rule.threshold() != null, "is required");
    } else if (RuleDefinition.ANOMALY.equals(rule.type())) {
      require("threshold", rule.threshold() == null, "is for rules of the type threshold");
      unusual = rule.anomaly() == null ? null : checked(rule.anomaly());
      require("anomaly", rule.anomaly() != null, "is required");
    }
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
    String severity = Objects.requireNonNullElse(rule.severity(), Severity.WARNING.word());
    return new RuleDefinition(
        rule.name(),
        rule.type(),
        Objects.requireNonNullElse(rule.active(), true),
        rule.scope() == null || (rule.scope().keyId() == null && rule.scope().owner() == null)
            ? null
            : rule.scope(),
        limit,
        unusual,
        severity,
        rule.routes() == null
            ? Route.standard(RuleDefinition.severity(severity))
            : rule.routes().stream().distinct().toList(),
        Objects.requireNonNullElse(rule.answer(), Answer.NONE.word()));
  }

  private static boolean isName(@Nullable String text) {
    return text != null && !text.isBlank() && text.length() <= 100;
  }

  private void require(String field, boolean condition, String words) {
    if (!condition) {
      errors.add(new FieldError(field, words));
    }
  }

  private boolean isOfOneKey() {
    return rule.scope() != null && rule.scope().keyId() != null;
  }

  private boolean acts() {
    return rule.answer() != null && !rule.answer().equals(Answer.NONE.word());
  }

  private Threshold checked(Threshold given) {
    String metric = given.metric();
    require(
        "threshold.metric",
        metric != null && METRICS.contains(metric),
        "is one of " + String.join(", ", METRICS));
    require(
        "threshold.code",
        given.code() == null
            || ("denials".equals(metric)
                && Arrays.stream(DecisionCode.values())
                    .anyMatch(
                        code ->
                            code != DecisionCode.VALID
                                && code != DecisionCode.NOT_FOUND
                                && code != DecisionCode.MALFORMED
                                && code.name().equals(given.code()))),
        "is the code of a denial of a key, and for the metric denials");
    require(
        "threshold.operator",
        given.operator() == null || List.of("above", "below").contains(given.operator()),
        "is one of above, below");
    BigDecimal most = "error_rate".equals(metric) ? new BigDecimal(100) : MOST;
    require(
        "threshold.value",
        given.value() != null && given.value().signum() >= 0 && given.value().compareTo(most) <= 0,
        "is a number from 0 to " + most);
    require(
        "threshold.window",
        "credits".equals(metric) ? given.window() == null : isWindow(given.window()),
        "is a duration of whole minutes from PT1M to P7D; the metric credits has none");
    require(
        "threshold.per",
        given.per() == null
            || List.of(RuleDefinition.PER_KEY, PER_ORGANIZATION).contains(given.per()),
        "is one of key, organization");
    require(
        "threshold.min_requests",
        given.minRequests() == null
            || (given.minRequests() >= 1 && given.minRequests() <= 1_000_000),
        "is 1 to 1000000");
    boolean perKey =
        RuleDefinition.PER_KEY.equals(given.per()) || "credits".equals(metric) || isOfOneKey();
    require(
        "threshold.per",
        !acts() || perKey,
        "is key for a rule with an answer, which is about a key");
    require(
        "threshold.operator",
        !"below".equals(given.operator()) || !perKey || isOfOneKey() || !"requests".equals(metric),
        "below finds keys without calls only where scope.key_id names one");
    return new Threshold(
        metric,
        given.code(),
        Objects.requireNonNullElse(given.operator(), "above"),
        given.value(),
        given.window(),
        perKey ? RuleDefinition.PER_KEY : PER_ORGANIZATION,
        Objects.requireNonNullElse(given.minRequests(), LEAST_REQUESTS));
  }

  private static boolean isWindow(@Nullable String text) {
    try {
      Duration window = Duration.parse(String.valueOf(text));
      return window.toMinutes() >= 1
          && window.equals(Duration.ofMinutes(window.toMinutes()))
          && window.compareTo(LONGEST) <= 0;
    } catch (DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private Anomaly checked(Anomaly given) {
    List<String> words = SIGNALS.stream().map(AlertKind::word).toList();
    boolean known =
        given.signals() != null && !given.signals().isEmpty() && words.containsAll(given.signals());
    require("anomaly.signals", known, "names at least one of " + String.join(", ", words));
    require(
        "anomaly.min_score",
        given.minScore() == null || (given.minScore() >= 1 && given.minScore() <= 100),
        "is 1 to 100");
    boolean ofAddresses =
        known
            && OF_ADDRESSES.stream()
                .anyMatch(kind -> Objects.requireNonNull(given.signals()).contains(kind.word()));
    require(
        "anomaly.signals",
        !ofAddresses || (!acts() && rule.scope() == null),
        "names what is about an address: then there is neither an answer nor a scope");
    return new Anomaly(
        known
            ? Objects.requireNonNull(given.signals()).stream().distinct().toList()
            : given.signals(),
        Objects.requireNonNullElse(given.minScore(), Detectors.STANDARD_THRESHOLD));
  }
}
