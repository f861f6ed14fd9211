package org.apikeys.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded.
 *
 * @param caller who did it, or tried
 * @param action what was done
 * @param target what it was done to; null when there is nothing
 * @param organizationId the organization whose log it belongs to
 * @param outcome how it ended
 * @param reason why, for people; null when nothing is to be said
 * @param confides whom the reason tells of, by user name or as in {@code actor.id}: it is encrypted
 *     under their key; null when it tells of nobody
 * @param changes field to [before, after]; only what differs, never a secret
 * @param count how many events it stands for
 */
public record AuditEntry(
    Caller caller,
    Action action,
    @Nullable Target target,
    long organizationId,
    Outcome outcome,
    @Nullable String reason,
    @Nullable String confides,
    Map<String, List<@Nullable Object>> changes,
    long count) {

  /** The name of the actor when an entry stands for events of several. */
  static final String SEVERAL = "several";

  /** How an event ended. */
  public enum Outcome {
    SUCCESS,
    DENIED,
    ERROR
  }

  /**
   * What an event was about.
   *
   * @param type kind of thing: {@code key}, {@code user}, {@code organization}
   * @param id its number
   * @param name what people call it
   */
  public record Target(String type, String id, String name) {}

  public AuditEntry {
    changes = new TreeMap<>(changes);
  }

  /** A success of the caller in the caller's own organization. */
  public static AuditEntry of(Caller caller, Action action) {
    return new AuditEntry(
        caller, action, null, caller.organizationId(), Outcome.SUCCESS, null, null, Map.of(), 1);
  }

  public AuditEntry on(String type, Object id, String name) {
    return new AuditEntry(
        caller,
        action,
        new Target(type, id.toString(), name),
        organizationId,
        outcome,
        reason,
        confides,
        changes,
        count);
  }

  public AuditEntry in(long organization) {
    return new AuditEntry(
        caller, action, target, organization, outcome, reason, confides, changes, count);
  }

  public AuditEntry because(@Nullable String why) {
    return new AuditEntry(
        caller, action, target, organizationId, outcome, why, confides, changes, count);
  }

  /** With a reason that tells of somebody, which goes when they are erased. */
  public AuditEntry becauseOf(String whom, String why) {
    return new AuditEntry(
        caller, action, target, organizationId, outcome, why, whom, changes, count);
  }

  public AuditEntry denied(String why) {
    return new AuditEntry(
        caller, action, target, organizationId, Outcome.DENIED, why, confides, changes, count);
  }

  public AuditEntry failed(String why) {
    return new AuditEntry(
        caller, action, target, organizationId, Outcome.ERROR, why, confides, changes, count);
  }

  /**
   * One entry for both, of the same action, organization and outcome: what they have in common, and
   * how many events they are. What differs is left out, so that nobody is charged with the deeds of
   * another.
   */
  AuditEntry together(AuditEntry other) {
    return new AuditEntry(
        several(caller, other.caller),
        action,
        common(target, other.target),
        organizationId,
        outcome,
        common(reason, other.reason),
        common(confides, other.confides),
        changes.equals(other.changes) ? changes : Map.of(),
        count + other.count);
  }

  private static Caller several(Caller one, Caller other) {
    boolean same =
        one.kind() == other.kind() && one.id() == other.id() && one.name().equals(other.name());
    return new Caller(
        same ? one.kind() : Caller.Kind.ANONYMOUS,
        same ? one.id() : 0,
        same ? one.name() : SEVERAL,
        same ? one.owner() : SEVERAL,
        one.organizationId(),
        Set.of(),
        Set.of(),
        common(one.ip(), other.ip()),
        common(one.userAgent(), other.userAgent()),
        common(one.requestId(), other.requestId()));
  }

  private static <T> @Nullable T common(@Nullable T one, @Nullable T other) {
    return Objects.equals(one, other) ? one : null;
  }

  /** With a field's value before and after, when the two differ. */
  public AuditEntry changing(String field, @Nullable Object before, @Nullable Object after) {
    if (Objects.equals(before, after)) {
      return this;
    }
    Map<String, List<@Nullable Object>> more = new TreeMap<>(changes);
    more.put(field, Arrays.asList(before, after));
    return new AuditEntry(
        caller, action, target, organizationId, outcome, reason, confides, more, count);
  }
}
