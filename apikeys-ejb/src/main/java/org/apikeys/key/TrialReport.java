package org.apikeys.key;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a trial has come to.
 *
 * @param judged granted calls that were held against the proposal
 * @param refused how many of them it would have refused
 * @param byCode by the code of the refusal
 * @param refusals what they would have been refused for, the most calls first
 * @param notes sentences for people
 */
public record TrialReport(
    String keyId,
    TrialProposal proposal,
    Instant startedAt,
    Instant endsAt,
    boolean ended,
    long judged,
    long refused,
    Map<String, Long> byCode,
    List<Refusal> refusals,
    List<String> notes) {

  /**
   * Calls that would have been refused for the same thing.
   *
   * @param item the address, the page, or the scopes not held; {@link #MORE} for all beyond those
   *     that are told apart
   */
  public record Refusal(String code, String item, long calls, Instant lastCallAt) {}

  /** Stands for what is not told apart any more. */
  public static final String MORE = "*";
}
