package org.apikeys.web.access;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.json.JsonNumber;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apikeys.api.cluster.Heard;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.hot.Direct;
import org.apikeys.key.KeySnapshot;
import org.apikeys.tenant.PersonCache;
import org.apikeys.tenant.PersonState;
import org.apikeys.web.http.RequestContext;
import org.jspecify.annotations.Nullable;

/** Makes callers of what was presented, and hands the present one to whoever asks. */
@Direct
public class Callers {
  private static final String CALLER = "org.apikeys.caller";
  private static final String END = "org.apikeys.credential-end";
  private static final String SIGN_IN = "org.apikeys.sign-in";

  private final PersonCache people;
  private final Origin origin;

  @Inject
  public Callers(PersonCache people, Origin origin) {
    this.people = people;
    this.origin = origin;
  }

  /** The caller of this request; null when nobody has authenticated. */
  public static @Nullable Caller of(HttpServletRequest request) {
    return request.getAttribute(CALLER) instanceof Caller caller ? caller : null;
  }

  static void set(HttpServletRequest request, Caller caller) {
    request.setAttribute(CALLER, caller);
  }

  /**
   * When what the caller presented ends, in milliseconds since 1970 UTC, for answers that go on for
   * long; at once when that is not known.
   */
  public static long endOf(HttpServletRequest request) {
    return request.getAttribute(END) instanceof Long end ? end : 0;
  }

  static void setEnd(HttpServletRequest request, long end) {
    request.setAttribute(END, end);
  }

  /** When the caller gave their password to the built-in issuer; null for every other caller. */
  public static @Nullable Instant signedInAt(HttpServletRequest request) {
    return request.getAttribute(SIGN_IN) instanceof Instant instant ? instant : null;
  }

  /** Notes the claim {@code auth_time} (OpenID Connect Core section 2): Unix seconds. */
  static void setSignIn(HttpServletRequest request, @Nullable Object claim) {
    if (claim instanceof JsonNumber seconds) {
      request.setAttribute(SIGN_IN, Instant.ofEpochSecond(seconds.longValue()));
    } else if (claim instanceof Number seconds) {
      request.setAttribute(SIGN_IN, Instant.ofEpochSecond(seconds.longValue()));
    }
  }

  /**
   * Whether a change touches what lets a caller in: an answer that goes on for long ends, and they
   * are to come again.
   */
  public static boolean isTouched(Caller caller, Heard change) {
    return switch (change.topic()) {
      case KEY -> caller.kind() == Caller.Kind.KEY && caller.id() == change.subject();
      // the owner of a key is known by name alone
      case PERSON -> caller.kind() == Caller.Kind.KEY || caller.id() == change.subject();
      case ORGANIZATION -> caller.organizationId() == change.subject();
      case PERMISSIONS -> caller.kind() == Caller.Kind.KEY;
    };
  }

  /** Whether two callers are the same person, or keys of the same. */
  public static boolean areOne(Caller first, Caller second) {
    return first.organizationId() == second.organizationId()
        && first.owner().equals(second.owner());
  }

  /** The caller, for resources. */
  @Produces
  @Dependent
  Caller current(HttpServletRequest request) {
    Caller caller = of(request);
    return caller == null ? origin.anonymous(request) : caller;
  }

  /** A key that authenticates itself: it acts for its owner, with the scopes that it holds. */
  Caller ofKey(HttpServletRequest request, KeySnapshot key) {
    String owner = key.owner();
    setEnd(request, Math.min(key.expiresAt(), key.secretEndsAt()));
    List<String> roles = people.byUsername(owner).map(PersonState::roles).orElse(List.of());
    return new Caller(
        Caller.Kind.KEY,
        key.id(),
        "key-" + key.id(),
        owner,
        key.organizationId(),
        Set.copyOf(roles),
        key.managementScopes(),
        origin.address(request),
        Origin.agent(request),
        RequestContext.id(request));
  }

  /**
   * A person with a token of the built-in issuer: the directory says what they may do now, not the
   * token. Whoever knew a password that was changed does not go on with what they got for it.
   */
  Caller ofPerson(HttpServletRequest request, String username) {
    Instant signedInAt = signedInAt(request);
    PersonState person =
        people
            .byUsername(username)
            .filter(PersonState::active)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemType.UNAUTHENTICATED, "The person of this token is disabled."));
    if (signedInAt != null && person.hasNewPasswordSince(signedInAt)) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The password was changed; sign in again.");
    }
    return person(
        request,
        person.id(),
        person.username(),
        person.organizationId(),
        Set.copyOf(person.roles()));
  }

  /** A person with a token of an external issuer: the token says what they may do. */
  Caller ofToken(
      HttpServletRequest request, String username, Set<String> roles, long organization) {
    return person(request, 0, username, organization, roles);
  }

  private Caller person(
      HttpServletRequest request, long id, String username, long organization, Set<String> roles) {
    return new Caller(
        Caller.Kind.PERSON,
        id,
        username,
        username,
        organization,
        roles,
        ManagementScope.ofRoles(roles),
        origin.address(request),
        Origin.agent(request),
        RequestContext.id(request));
  }
}
