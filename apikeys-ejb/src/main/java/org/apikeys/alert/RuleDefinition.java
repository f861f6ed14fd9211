package org.apikeys.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apikeys.api.alert.Severity;
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
  static final String PER_KEY = "key";

  /**
   * Of which keys.
   *
   * @param keyId {@code key-<number>}
   * @param owner user name
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Scope(@Nullable String keyId, @Nullable String owner) {
    @Nullable Long keyNumber() {
      return keyId == null ? null : Long.valueOf(keyId.substring("key-".length()));
    }
  }

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

  Severity severityOfAlerts() {
    return severity(String.valueOf(severity));
  }

  static Severity severity(String word) {
    return Severity.valueOf(word.toUpperCase(Locale.ROOT));
  }

  Answer answerToAlerts() {
    return Answer.valueOf(String.valueOf(answer).toUpperCase(Locale.ROOT));
  }
}
