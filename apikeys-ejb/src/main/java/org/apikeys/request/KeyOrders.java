package org.apikeys.request;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Expected;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyView;
import org.apikeys.key.Wish;
import org.apikeys.request.Submissions.Asked;
import org.jspecify.annotations.Nullable;

/**
 * The way to a key or a change that whoever orders need not know the policies for: it is had at
 * once, or a request for it is opened.
 */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class KeyOrders {
  private final KeyIssuer issuer;
  private final KeyKeeper keeper;
  private final KeyProposals proposals;
  private final PolicyRules policies;
  private final Submissions submissions;

  @Inject
  public KeyOrders(
      KeyIssuer issuer,
      KeyKeeper keeper,
      KeyProposals proposals,
      PolicyRules policies,
      Submissions submissions) {
    this.issuer = issuer;
    this.keeper = keeper;
    this.proposals = proposals;
    this.policies = policies;
    this.submissions = submissions;
  }

  @SuppressWarnings("NullAway")
  public KeyOrders() {
    issuer = null;
    keeper = null;
    proposals = null;
    policies = null;
    submissions = null;
  }

  /** What an order came to. */
  public sealed interface Outcome {}

  /** The key, with its secret. */
  public record Issued(IssuedKey key) implements Outcome {}

  /** The key as it is now. */
  public record Changed(KeyView key) implements Outcome {}

  /** The request that was opened, since policy asks for an approval. */
  public record Asking(RequestView request) implements Outcome {}

  /** Orders a new key. */
  public Outcome issue(Caller caller, KeyConfiguration order) {
    return issue(caller, order, null);
  }

  /**
   * Orders a new key.
   *
   * @param chosen the value that the owner chose for it; null to have one made
   */
  public Outcome issue(Caller caller, KeyConfiguration order, @Nullable Secret chosen) {
    return issue(caller, order, chosen, null);
  }

  /**
   * Orders the one key of a user who is known by an e-mail address; what is only asked for becomes
   * the user's key when it is claimed.
   */
  public Outcome issueToUser(Caller caller, KeyConfiguration order, String address) {
    return issue(caller, order, null, address);
  }

  private Outcome issue(
      Caller caller, KeyConfiguration order, @Nullable Secret chosen, @Nullable String address) {
    KeyConfiguration wanted = proposals.ofNew(caller, order);
    Wish wish = Wish.ofNew(wanted);
    if (policies.neededFor(caller, wish).isEmpty()) {
      return new Issued(issuer.issue(caller, order, chosen));
    }
    if (chosen != null) {
      throw ProblemException.invalid(
          "custom_key", "is given when the key is claimed: this key needs an approval first");
    }
    return new Asking(
        submissions.ofNew(caller, wanted, Asked.forUser(PolicyRules.kind(wish), address)));
  }

  /** As {@link #issue}, and a publishable key may work from anywhere, in production too. */
  public Outcome issueForAnywhere(Caller caller, KeyConfiguration order) {
    KeyConfiguration wanted = proposals.ofNewForAnywhere(caller, order);
    Wish wish = Wish.ofNew(wanted);
    if (policies.neededFor(caller, wish).isEmpty()) {
      return new Issued(issuer.issueForAnywhere(caller, order));
    }
    return new Asking(
        submissions.ofNew(caller, wanted, new Asked(PolicyRules.kind(wish), null, null)));
  }

  /** Asks for a new key for somebody, when the system itself speaks for them. */
  @PermitAll
  public RequestView askBySystem(Caller requester, KeyConfiguration order, String justification) {
    return submissions.ofNew(
        requester,
        proposals.ofNewBySystem(requester, order),
        new Asked(RequestKind.NEW_KEY, justification, null));
  }

  /** Orders a change; one that allows nothing more is made at once. */
  public Outcome change(
      Caller caller, long id, KeyProposals.Wanted wanted, @Nullable Expected expected) {
    KeyProposals.Change change = proposals.ofChange(caller, id, wanted, expected);
    if (policies.neededFor(caller, change.wish()).isEmpty()) {
      return new Changed(keeper.change(caller, id, wanted.change(), wanted.active(), expected));
    }
    return new Asking(submissions.ofChange(caller, change, new Asked(kindOf(change), null, null)));
  }

  /** More of the limits is asked for as such; every other change, a later end too, as a change. */
  private static RequestKind kindOf(KeyProposals.Change change) {
    RequestKind kind = PolicyRules.kind(change.wish());
    return kind == RequestKind.LIMIT_INCREASE ? kind : RequestKind.CHANGE;
  }

  /** Orders a later or earlier end. */
  public Outcome renew(Caller caller, long id, Instant expiry, @Nullable Expected expected) {
    KeyProposals.Change change =
        proposals.ofChange(
            caller,
            id,
            new KeyProposals.Wanted(before -> before.expiringAt(expiry), null, true),
            expected);
    if (policies.neededFor(caller, change.wish()).isEmpty()) {
      return new Changed(keeper.renew(caller, id, expiry, expected));
    }
    return new Asking(
        submissions.ofChange(caller, change, new Asked(RequestKind.RENEWAL, null, null)));
  }
}
