package org.apikeys.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.verify.DecisionCode;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to be told of.
 *
 * @param type {@code threshold}: a figure passes a value; {@code anomaly}: something is not usual
 * @param scope of which keys; null for all of the organization
 * @param severity of its alerts; {@code warning} when not said
 * @param routes {@code console}, {@code mail}, {@code webhook}; all of them when not said, but for
 *     mail where the severity is {@code info}
 * @param answer what is done about the key: {@code none} when not said
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RuleDefinition(
    @Nullable String name,
    @Nullable String type,
    @JsonProperty("is_active") @Nullable Boolean active,
    @Nullable Scope scope,
    @Nullable Threshold threshold,
    @Nullable Anomaly anomaly,
    @Nullable String severity,
    @Nullable List<@Nullable String> routes,
    @Nullable String answer) {
  static final String THRESHOLD = "threshold";
  static final String ANOMALY = "anomaly";
  private static final String PER_KEY = "key";
  private static final String PER_ORGANIZATION = "organization";
  private static final List<String> METRICS =
      List.of("requests", "denials", "throttles", "error_rate", "response_time", "credits");
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final BigDecimal MOST = new BigDecimal("1000000000000");
  private static final int LEAST_REQUESTS = 20;

  /** What anomaly rules can be about. */
  static final List<AlertKind> SIGNALS =
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

  /**
   * Of which keys.
   *
   * @param keyId {@code key-<number>}
   * @param owner user name
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Scope(@Nullable String keyId, @Nullable String owner) {}

  /**
   * A figure and the value that it passes.
   *
   * @param code of the denials that are counted; null for all
   * @param operator {@code above} when not said, or {@code below}
   * @param window over how much time the figure is taken; ISO 8601
   * @param per whether each {@code key} is looked at, or the {@code organization} as a whole
   * @param minRequests below it a rate or a time says nothing
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Threshold(
      @Nullable String metric,
      @Nullable String code,
      @Nullable String operator,
      @Nullable BigDecimal value,
      @Nullable String window,
      @Nullable String per,
      @Nullable Integer minRequests) {
    boolean isPerKey() {
      return PER_KEY.equals(per);
    }

    boolean isPassedBy(BigDecimal figure) {
      int side = figure.compareTo(Objects.requireNonNull(value));
      return "below".equals(operator) ? side < 0 : side > 0;
    }

    Duration length() {
      return Duration.parse(Objects.requireNonNull(window));
    }
  }

  /**
   * What is not usual.
   *
   * @param signals kinds of alerts
   * @param minScore from which score on
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Anomaly(@Nullable List<@Nullable String> signals, @Nullable Integer minScore) {}

  private static boolean isRoute(@Nullable String word) {
    return word != null && Route.ALL.contains(word);
  }

  /** With everything that was left to the system said; what is wrong is refused with its field. */
  RuleDefinition complete() {
    List<FieldError> errors = new ArrayList<>();
    require(errors, "name", isName(name), "has 1 to 100 characters");
    require(
        errors,
        "type",
        THRESHOLD.equals(type) || ANOMALY.equals(type),
        "is one of threshold, anomaly");
    require(
        errors,
        "severity",
        severity == null
            || Arrays.stream(Severity.values()).anyMatch(one -> one.word().equals(severity)),
        "is one of info, warning, critical");
    require(
        errors,
        "answer",
        answer == null || Arrays.stream(Answer.values()).anyMatch(one -> one.word().equals(answer)),
        "is one of none, throttle, suspend, require_rotation");
    require(
        errors,
        "routes",
        routes == null || (!routes.isEmpty() && routes.stream().allMatch(RuleDefinition::isRoute)),
        "names at least one of console, mail, webhook");
    Threshold limit = threshold;
    Anomaly unusual = anomaly;
    if (THRESHOLD.equals(type)) {
      require(errors, "anomaly", anomaly == null, "is for rules of the type anomaly");
      limit = threshold == null ? null : checked(threshold, errors);
      require(errors, "threshold", threshold != null, "is required");
    } else if (ANOMALY.equals(type)) {
      require(errors, "threshold", threshold == null, "is for rules of the type threshold");
      unusual = anomaly == null ? null : checked(anomaly, errors);
      require(errors, "anomaly", anomaly != null, "is required");
    }
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
    String told = Objects.requireNonNullElse(severity, Severity.WARNING.word());
    return new RuleDefinition(
        name,
        type,
        Objects.requireNonNullElse(active, true),
        scope == null || (scope.keyId() == null && scope.owner() == null) ? null : scope,
        limit,
        unusual,
        told,
        routes == null ? Route.standard(severity(told)) : routes.stream().distinct().toList(),
        Objects.requireNonNullElse(answer, Answer.NONE.word()));
  }

  /** The same about the keys of a person as their name is spelled. */
  RuleDefinition ownedBy(String owner) {
    Scope present = Objects.requireNonNull(scope);
    return new RuleDefinition(
        name,
        type,
        active,
        new Scope(present.keyId(), owner),
        threshold,
        anomaly,
        severity,
        routes,
        answer);
  }

  private static boolean isName(@Nullable String text) {
    return text != null && !text.isBlank() && text.length() <= 100;
  }

  private static void require(
      List<FieldError> errors, String field, boolean condition, String rule) {
    if (!condition) {
      errors.add(new FieldError(field, rule));
    }
  }

  private boolean isOfOneKey() {
    return scope != null && scope.keyId() != null;
  }

  private boolean acts() {
    return answer != null && !answer.equals(Answer.NONE.word());
  }

  private Threshold checked(Threshold given, List<FieldError> errors) {
    String metric = given.metric();
    require(
        errors,
        "threshold.metric",
        metric != null && METRICS.contains(metric),
        "is one of " + String.join(", ", METRICS));
    require(
        errors,
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
        errors,
        "threshold.operator",
        given.operator() == null || List.of("above", "below").contains(given.operator()),
        "is one of above, below");
    BigDecimal most = "error_rate".equals(metric) ? new BigDecimal(100) : MOST;
    require(
        errors,
        "threshold.value",
        given.value() != null && given.value().signum() >= 0 && given.value().compareTo(most) <= 0,
        "is a number from 0 to " + most);
    require(
        errors,
        "threshold.window",
        "credits".equals(metric) ? given.window() == null : isWindow(given.window()),
        "is a duration of whole minutes from PT1M to P7D; the metric credits has none");
    require(
        errors,
        "threshold.per",
        given.per() == null || List.of(PER_KEY, PER_ORGANIZATION).contains(given.per()),
        "is one of key, organization");
    require(
        errors,
        "threshold.min_requests",
        given.minRequests() == null
            || (given.minRequests() >= 1 && given.minRequests() <= 1_000_000),
        "is 1 to 1000000");
    boolean perKey = PER_KEY.equals(given.per()) || "credits".equals(metric) || isOfOneKey();
    require(
        errors,
        "threshold.per",
        !acts() || perKey,
        "is key for a rule with an answer, which is about a key");
    require(
        errors,
        "threshold.operator",
        !"below".equals(given.operator()) || !perKey || isOfOneKey() || !"requests".equals(metric),
        "below finds keys without calls only where scope.key_id names one");
    return new Threshold(
        metric,
        given.code(),
        Objects.requireNonNullElse(given.operator(), "above"),
        given.value(),
        given.window(),
        perKey ? PER_KEY : PER_ORGANIZATION,
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

  private Anomaly checked(Anomaly given, List<FieldError> errors) {
    List<String> words = SIGNALS.stream().map(AlertKind::word).toList();
    boolean known =
        given.signals() != null && !given.signals().isEmpty() && words.containsAll(given.signals());
    require(errors, "anomaly.signals", known, "names at least one of " + String.join(", ", words));
    require(
        errors,
        "anomaly.min_score",
        given.minScore() == null || (given.minScore() >= 1 && given.minScore() <= 100),
        "is 1 to 100");
    boolean ofAddresses =
        known
            && OF_ADDRESSES.stream()
                .anyMatch(kind -> Objects.requireNonNull(given.signals()).contains(kind.word()));
    require(
        errors,
        "anomaly.signals",
        !ofAddresses || (!acts() && scope == null),
        "names what is about an address: then there is neither an answer nor a scope");
    return new Anomaly(
        known
            ? Objects.requireNonNull(given.signals()).stream().distinct().toList()
            : given.signals(),
        Objects.requireNonNullElse(given.minScore(), Detectors.STANDARD_THRESHOLD));
  }

  Severity severityOfAlerts() {
    return severity(String.valueOf(severity));
  }

  private static Severity severity(String word) {
    return Severity.valueOf(word.toUpperCase(Locale.ROOT));
  }

  Answer answerToAlerts() {
    return Answer.valueOf(String.valueOf(answer).toUpperCase(Locale.ROOT));
  }
}
