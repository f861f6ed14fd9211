package org.apikeys.api.alert;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that people should look at; fired as a CDI event by whoever notices it. It becomes an
 * alert, or one more occurrence of an open one about the same, within a second. It is stored in the
 * transaction that it is fired in, or in one of its own: what is too hot for that notes it with
 * {@code org.apikeys.alert.NotedConcerns} instead.
 *
 * @param organizationId whose it is
 * @param severity how soon somebody should look
 * @param subject what it is about, at most 200 characters: concerns of one kind and subject are one
 *     alert while that is open; never a secret
 * @param keyId number of the key that it is about; null when it is about none
 * @param detail a sentence that says what happened, for people, at most 1000 characters; never a
 *     secret
 * @param occurrences how often it happened, at least 1
 * @param score how unusual it is, 0 to 100; null when nothing was measured
 * @param reasons what the score is made of, one sentence each
 */
public record Concern(
    long organizationId,
    AlertKind kind,
    Severity severity,
    String subject,
    @Nullable Long keyId,
    String detail,
    long occurrences,
    @Nullable Integer score,
    List<String> reasons) {
  private static final int LONGEST_SUBJECT = 200;
  private static final int LONGEST_DETAIL = 1000;

  public Concern {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(severity);
    subject = cut(subject, LONGEST_SUBJECT);
    detail = cut(detail, LONGEST_DETAIL);
    reasons = List.copyOf(reasons);
    if (occurrences < 1) {
      throw new IllegalArgumentException("what never happened is no concern");
    }
  }

  /** Something about a key. */
  public static Concern aboutKey(long organizationId, AlertKind kind, long keyId, String detail) {
    return new Concern(
        organizationId, kind, kind.severity(), "key-" + keyId, keyId, detail, 1, null, List.of());
  }

  /** Something that is not about a key. */
  public static Concern about(long organizationId, AlertKind kind, String subject, String detail) {
    return new Concern(
        organizationId, kind, kind.severity(), subject, null, detail, 1, null, List.of());
  }

  public Concern as(Severity other) {
    return new Concern(
        organizationId, kind, other, subject, keyId, detail, occurrences, score, reasons);
  }

  public Concern times(long number) {
    return new Concern(
        organizationId, kind, severity, subject, keyId, detail, number, score, reasons);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
