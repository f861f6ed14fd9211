package org.apikeys.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.util.List;
import org.apikeys.request.PolicyDocument.Stage;

/**
 * What the policies say to one wish.
 *
 * @param policy name of the policy that decided
 * @param additions names of the additions that hold, too
 * @param stages who must agree; empty when it is approved by itself
 */
public record Ruling(
    String policy,
    List<String> additions,
    List<Stage> stages,
    Duration lives,
    Duration claimWithin,
    Duration remindAfter,
    Duration escalateAfter,
    String escalateTo) {
  /** Of what allows nothing more, and needs nobody therefore. */
  static final Ruling NARROWING =
      new Ruling(
          "narrowing",
          List.of(),
          List.of(),
          PolicyDocument.LIFE,
          PolicyDocument.LIFE,
          PolicyDocument.REMINDED,
          PolicyDocument.ESCALATED,
          "admin");

  public Ruling {
    additions = List.copyOf(additions);
    stages = List.copyOf(stages);
  }

  /** How many approvals there must be in all. */
  @JsonIgnore
  public int approvals() {
    return stages.stream().mapToInt(Stage::approvals).sum();
  }

  /** Whether nobody has to be asked. */
  @JsonIgnore
  public boolean isAutomatic() {
    return stages.isEmpty();
  }

  /** The policy with its additions, for people. */
  @JsonIgnore
  public String title() {
    return additions.isEmpty() ? policy : policy + " + " + String.join(" + ", additions);
  }
}
