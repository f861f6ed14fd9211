package org.apikeys.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.permission.Grants;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** Tells how keys were configured, what they could do at an instant, and who had approved that. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_READ)
public class KeyHistory {
  private final ApiKeys keys;
  private final KeyTypes types;

  @Inject
  public KeyHistory(ApiKeys keys, KeyTypes types) {
    this.keys = keys;
    this.types = types;
  }

  @SuppressWarnings("NullAway")
  public KeyHistory() {
    keys = null;
    types = null;
  }

  /**
   * A version of the key's configuration.
   *
   * @param requestId the request that asked for it; null when it needed no approval
   * @param approvedBy who approved it; null when it needed no approval
   * @param effectiveScopes what the key held at the instant that was asked about; null when none
   *     was
   * @param warnings what is not told as it was then, in sentences for people
   */
  public record Version(
      long version,
      Instant at,
      String by,
      String status,
      KeyConfiguration configuration,
      @Nullable Long requestId,
      @Nullable List<String> approvedBy,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> effectiveScopes,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> warnings) {}

  /** The versions, the newest first. */
  public Page<Version> versions(Caller caller, long id, int page, int size) {
    keys.seenBy(caller, id);
    return new Page<>(
        keys.versionsOf(id, null, (page - 1) * size, size).stream()
            .map(version -> shown(version, version.state(), null))
            .toList(),
        keys.countVersions(id));
  }

  /** The version that was in force at an instant; empty before the key was there. */
  public Optional<Version> at(Caller caller, long id, Instant at) {
    long organizationId = keys.seenBy(caller, id).organizationId();
    return keys.versionsOf(id, at, 0, 1).stream()
        .map(
            version ->
                shown(
                    version,
                    version.stateAt(at),
                    types.grantsAt(at, organizationId, version.configuration())))
        .findFirst();
  }

  private static Version shown(KeyVersion version, String status, @Nullable Grants then) {
    return new Version(
        version.number(),
        version.writtenAt(),
        version.writtenBy(),
        status,
        version.configuration(),
        version.requestId(),
        version.approvedBy(),
        then == null ? null : List.copyOf(then.held()),
        then == null
            ? null
            : then.warnings().stream().map(warning -> "As plugins are now: " + warning).toList());
  }
}
