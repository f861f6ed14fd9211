package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.SecretHolders;
import org.apikeys.key.Wish;
import org.jspecify.annotations.Nullable;

/** Takes requests in, whichever way they come. */
@ApplicationScoped
class Submissions {
  private final Requests requests;
  private final Judgements judgements;
  private final SecretHolders holders;
  private final Effects effects;
  private final RequestNews news;
  private final AuditLog audit;
  private final Clock clock;

  @Inject
  Submissions(
      Requests requests,
      Judgements judgements,
      SecretHolders holders,
      Effects effects,
      RequestNews news,
      AuditLog audit,
      Clock clock) {
    this.requests = requests;
    this.judgements = judgements;
    this.holders = holders;
    this.effects = effects;
    this.news = news;
    this.audit = audit;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected Submissions() {
    requests = null;
    judgements = null;
    holders = null;
    effects = null;
    news = null;
    audit = null;
    clock = null;
  }

  /**
   * What is asked for, beside the key itself.
   *
   * @param sealedTo public key that the new key is to be sealed to
   * @param userAddress e-mail address of the user whose one key this is to be
   */
  record Asked(
      RequestKind kind,
      @Nullable String justification,
      @Nullable String sealedTo,
      @Nullable String userAddress) {
    Asked(RequestKind kind, @Nullable String justification, @Nullable String sealedTo) {
      this(kind, justification, sealedTo, null);
    }

    /** The key is to be the one of the user with the address. */
    static Asked forUser(RequestKind kind, @Nullable String address) {
      return new Asked(kind, null, null, address);
    }
  }

  /** Asks for a new key. */
  RequestView ofNew(Caller caller, KeyConfiguration wanted, Asked asked) {
    Judgement judgement = judgements.of(caller, asked.kind(), Wish.ofNew(wanted));
    String what =
        asked.kind() == RequestKind.EMERGENCY ? "Emergency" : "New " + wanted.environment();
    return submit(caller, asked, null, wanted, judgement, what + " key \"" + wanted.name() + "\"");
  }

  /** Asks for a change of a key. */
  RequestView ofChange(Caller caller, KeyProposals.Change change, Asked asked) {
    KeyConfiguration wanted = change.after();
    Judgement judgement = judgements.of(caller, asked.kind(), change.wish());
    String what =
        switch (asked.kind()) {
          case RENEWAL -> "Renewal of";
          case LIMIT_INCREASE -> "Higher limit for";
          case REACTIVATION -> "Reactivation of";
          case CHANGE, NEW_KEY, EMERGENCY -> "Change of";
        };
    String subject = what + " key-" + change.keyId() + " \"" + change.name() + "\"";
    return submit(caller, asked, change, wanted, judgement, subject);
  }

  private RequestView submit(
      Caller caller,
      Asked asked,
      KeyProposals.@Nullable Change change,
      KeyConfiguration wanted,
      Judgement judgement,
      String subject) {
    Ruling ruling = judgement.ruling();
    Instant now = clock.instant();
    Instant end = now.plus(ruling.lives());
    if (asked.kind() == RequestKind.EMERGENCY) {
      // whether it is approved is settled within the life of the key
      end = Objects.requireNonNull(wanted.expiresAt());
    }
    KeyRequest request =
        new KeyRequest(
            caller,
            new Submission(
                asked.kind(),
                holders.behind(caller),
                subject,
                Requests.trimmed(asked.justification()),
                change,
                wanted,
                asked.sealedTo(),
                asked.userAddress(),
                judgement,
                end),
            now);
    requests.add(request);
    audit.record(
        about(caller, Action.REQUEST_SUBMITTED, request)
            .because(request.justification())
            .changing("policy", null, ruling.title())
            .changing("risk", null, judgement.risk().score())
            .changing("digest", null, request.digest()));
    if (ruling.isAutomatic()) {
      effects.approved(caller, request, now);
    } else {
      boolean emergency = asked.kind() == RequestKind.EMERGENCY;
      news.toApprovers(emergency ? "request.emergency" : "request.submitted", request);
    }
    requests.flush();
    return RequestView.of(request, List.of(), now);
  }

  static AuditEntry about(Caller caller, Action action, KeyRequest request) {
    return AuditEntry.of(caller, action).on("request", request.id(), request.subject());
  }
}
