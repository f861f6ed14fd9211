package org.apikeys.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.request.PolicyDocument.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A request as everybody in it sees it; never a secret.
 *
 * @param keyId the key that is to be changed, or that was claimed
 * @param wanted the configuration that is asked for, after what approvers took away
 * @param effectiveScopes the scopes that it comes to by the sets and plugins of now, or of when it
 *     was decided; null for a request of before this was kept
 * @param changes field to [before, after]: the comparison of old and new
 * @param overrides what approvers took away
 * @param reason why it was rejected or cancelled
 * @param userAddress e-mail address of the user whose one key is replaced when this is claimed
 * @param severalAtOnce whether the policy lets people decide about it together with others, now
 */
public record RequestView(
    long id,
    String kind,
    String subject,
    String status,
    String requestedBy,
    @Nullable String justification,
    long organizationId,
    @Nullable String keyId,
    int requiredApprovals,
    List<Agreement> approvals,
    List<StageView> stages,
    boolean severalAtOnce,
    String policy,
    Risk risk,
    String digest,
    KeyConfiguration wanted,
    @Nullable List<String> effectiveScopes,
    Map<String, List<@Nullable Object>> changes,
    List<Narrowing> overrides,
    List<Remark> comments,
    List<DelegationView> delegations,
    @Nullable String decidedBy,
    @Nullable Instant decidedAt,
    @Nullable String reason,
    @Nullable Instant claimedAt,
    @Nullable Instant escalatedAt,
    boolean sealed,
    @Nullable String userAddress,
    Instant expiresAt,
    Instant createdAt,
    Instant updatedAt,
    @JsonIgnore long version) {

  /** How far a stage is. */
  public record StageView(
      int approvals,
      int approved,
      List<String> roles,
      List<String> people,
      List<String> groups,
      boolean severalAtOnce) {}

  /** Who may decide in whose stead. */
  public record DelegationView(String from, String to, Instant until) {}

  static RequestView of(KeyRequest request, List<Delegation> delegations, Instant now) {
    Ruling ruling = request.ruling();
    List<StageView> stages = new ArrayList<>();
    for (int i = 0; i < ruling.stages().size(); i++) {
      Stage stage = ruling.stages().get(i);
      stages.add(
          new StageView(
              stage.approvals(),
              request.approved(i),
              Objects.requireNonNull(stage.roles()),
              Objects.requireNonNull(stage.people()),
              Objects.requireNonNull(stage.groups()),
              stage.severalAtOnce()));
    }
    Map<String, List<@Nullable Object>> changes =
        Comparison.of(request.before(), request.configuration());
    if (request.kind() == RequestKind.REACTIVATION) {
      changes.put("is_active", List.of(false, true));
    }
    return new RequestView(
        request.id(),
        request.kind().word(),
        request.subject(),
        request.statusAt(now).word(),
        request.requestedBy(),
        request.justification(),
        request.organizationId(),
        request.keyId() == null ? null : "key-" + request.keyId(),
        ruling.approvals(),
        request.agreements(),
        stages,
        request.isDecidedWithOthers(now),
        ruling.title(),
        request.risk(),
        request.digest(),
        request.configuration(),
        request.effectiveScopes(),
        changes,
        request.overrides(),
        request.comments(),
        delegations.stream()
            .filter(one -> one.requestId() == request.id())
            .map(one -> new DelegationView(one.from(), one.to(), one.until()))
            .toList(),
        request.decidedBy(),
        request.decidedAt(),
        request.reason(),
        request.claimedAt(),
        request.escalatedAt(),
        request.sealedTo() != null,
        request.userAddress(),
        request.expiresAt(),
        request.createdAt(),
        request.updatedAt(),
        request.version());
  }
}
