package org.apikeys.request;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyView;
import org.apikeys.key.UserKeys;
import org.apikeys.request.Submissions.Asked;
import org.jspecify.annotations.Nullable;

/** Where people ask for keys and for changes, and get what they asked for. */
@Stateless
@RolesAllowed(ManagementScope.REQUESTS_WRITE)
public class RequestDesk {
  private static final Duration EMERGENCY_LIFE = Duration.ofHours(1);
  private static final int MOST_COMMENTS = 200;

  private final Requests requests;
  private final Submissions submissions;
  private final KeyProposals proposals;
  private final KeyIssuer issuer;
  private final UserKeys userKeys;
  private final Effects effects;
  private final Judgements judgements;
  private final RequestNews news;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  public RequestDesk(
      Requests requests,
      Submissions submissions,
      KeyProposals proposals,
      KeyIssuer issuer,
      UserKeys userKeys,
      Effects effects,
      Judgements judgements,
      RequestNews news,
      AuditLog audit,
      Clock clock) {
    this.requests = requests;
    this.submissions = submissions;
    this.proposals = proposals;
    this.issuer = issuer;
    this.userKeys = userKeys;
    this.effects = effects;
    this.judgements = judgements;
    this.news = news;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public RequestDesk() {
    requests = null;
    submissions = null;
    proposals = null;
    issuer = null;
    userKeys = null;
    effects = null;
    judgements = null;
    news = null;
    audit = null;
    clock = null;
  }

  /**
   * A key that was claimed.
   *
   * @param sealed the secret as a JWE to the requester's public key; null when none was given
   */
  public record Claimed(IssuedKey key, @Nullable String sealed) {
    /** The key as it is shown. */
    public KeyView view() {
      return key.view();
    }
  }

  /** Asks for a new key. */
  public RequestView askForKey(
      Caller caller, RequestKind kind, KeyConfiguration order, String justification) {
    return askForKey(caller, kind, order, justification, null);
  }

  /**
   * Asks for a new key.
   *
   * @param publicKey public key (JWK) that the key is to be sealed to; null to get it in clear
   */
  public RequestView askForKey(
      Caller caller,
      RequestKind kind,
      KeyConfiguration order,
      String justification,
      @Nullable String publicKey) {
    String sealedTo = publicKey == null ? null : SealedKeys.checked(publicKey);
    KeyConfiguration wanted = proposals.ofNew(caller, order);
    boolean emergency = wanted.type().equals(KeyConfiguration.EMERGENCY);
    if (emergency != (kind == RequestKind.EMERGENCY)) {
      throw ProblemException.invalid(
          "type", "is emergency in a request of the kind emergency, and in no other");
    }
    if (emergency
        && Objects.requireNonNull(wanted.expiresAt())
            .isAfter(clock.instant().plus(EMERGENCY_LIFE).plusSeconds(1))) {
      throw ProblemException.invalid("expires_at", "an emergency key lives at most an hour");
    }
    return submissions.ofNew(caller, wanted, new Asked(kind, justification, sealedTo));
  }

  /** Asks for a change of a key. */
  public RequestView askForChange(
      Caller caller,
      RequestKind kind,
      long keyId,
      KeyProposals.Wanted wanted,
      String justification) {
    KeyProposals.Change change = proposals.ofChange(caller, keyId, wanted, null);
    if (kind == RequestKind.REACTIVATION && change.wasActive()) {
      throw new ProblemException(ProblemType.CONFLICT, "The key is active.");
    }
    if (change.before().equals(change.after()) && change.active() == change.wasActive()) {
      throw ProblemException.invalid("body", "asks for nothing that the key does not have");
    }
    return submissions.ofChange(caller, change, new Asked(kind, justification, null));
  }

  /** Takes the request back. */
  public RequestView cancel(Caller caller, long id, @Nullable Expected expected) {
    KeyRequest request = toChange(caller, id, expected);
    requireRequester(caller, request, "cancels");
    Instant now = clock.instant();
    RequestStatus before = request.statusAt(now);
    request.become(RequestStatus.CANCELLED, caller.owner(), null, now);
    effects.refused(request, "the request for it was cancelled");
    audit.record(
        Submissions.about(caller, Action.REQUEST_CANCELLED, request)
            .changing("status", before.word(), RequestStatus.CANCELLED.word()));
    return saved(request, now);
  }

  /** Says something about the request. */
  @RolesAllowed({ManagementScope.REQUESTS_WRITE, ManagementScope.REQUESTS_APPROVE})
  public RequestView comment(Caller caller, long id, String text) {
    KeyRequest request = toChange(caller, id, null);
    if (request.comments().size() >= MOST_COMMENTS) {
      throw new ProblemException(
          ProblemType.CONFLICT, "A request has at most " + MOST_COMMENTS + " comments.");
    }
    Instant now = clock.instant();
    Remark remark = new Remark(caller.owner(), now, text);
    request.comment(remark, now);
    news.commented(request, remark);
    audit.record(Submissions.about(caller, Action.REQUEST_COMMENTED, request));
    return saved(request, now);
  }

  /**
   * Makes the key and hands it to the one who asked for it, once. One that was asked for as the key
   * of a user takes the place of the key that the user had.
   *
   * @param chosen the value that the requester chose for it; null to have one made
   * @return the key with its secret, which exists nowhere else
   */
  public Claimed claim(
      Caller caller, long id, @Nullable Secret chosen, @Nullable Expected expected) {
    KeyRequest request = toChange(caller, id, expected);
    requireRequester(caller, request, "claims");
    Instant now = clock.instant();
    requireClaimable(request, now);
    judgements.requireNoMore(request);
    IssuedKey issued =
        issuer.issueApproved(
            caller, request.configuration(), Effects.approvalSoFar(request, now), chosen);
    request.claimed(issued.view().id(), now);
    String userAddress = request.userAddress();
    if (userAddress != null) {
      userKeys.replaceBy(caller, userAddress, issued.view().id());
    }
    AuditEntry entry =
        AuditEntry.of(caller, Action.KEY_CLAIMED)
            .on("key", issued.view().keyId(), issued.view().configuration().name())
            .because("request " + request.id());
    if (request.statusAt(now) == RequestStatus.APPROVED) {
      request.become(RequestStatus.FULFILLED, null, null, now);
    }
    audit.record(entry);
    requests.flush();
    String sealedTo = request.sealedTo();
    return new Claimed(
        issued, sealedTo == null ? null : SealedKeys.seal(sealedTo, issued.secret()));
  }

  private static void requireClaimable(KeyRequest request, Instant now) {
    if (!request.kind().isForNewKey()) {
      throw new ProblemException(
          ProblemType.CONFLICT, "There is no new key to claim: the request is for a change.");
    }
    if (request.claimedAt() != null) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The key was claimed already; it is shown once.");
    }
    RequestStatus status = request.statusAt(now);
    boolean early = status == RequestStatus.PENDING && request.kind() == RequestKind.EMERGENCY;
    if (status != RequestStatus.APPROVED && !early) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The request is " + status.word() + "; a key is claimed once it is approved.");
    }
  }

  private static void requireRequester(Caller caller, KeyRequest request, String does) {
    if (!request.isOf(caller.owner())) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "Only the requester " + does + " what they asked for.");
    }
  }

  private KeyRequest toChange(Caller caller, long id, @Nullable Expected expected) {
    return RequestReader.visible(caller, requests.toChange(id), expected);
  }

  private RequestView saved(KeyRequest request, Instant now) {
    requests.flush();
    return RequestView.of(request, requests.delegationsOf(List.of(request.id())), now);
  }
}
