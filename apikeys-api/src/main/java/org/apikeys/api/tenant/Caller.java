package org.apikeys.api.tenant;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call: a person, or a key on behalf of the person who owns it.
 *
 * @param kind whether it is a person, a key or the system itself
 * @param id number of the person or key; 0 for a person of an external issuer and for the system
 * @param name user name of the person, or {@code key-<number>}
 * @param owner user name of the person that it acts for: the person, or the owner of the key
 * @param organizationId the organization that it sees
 * @param roles roles of the person that it acts for
 * @param scopes management scopes that the caller holds
 * @param ip address that the call came from, or null inside the system
 * @param userAgent the client's {@code User-Agent}, cut to 200 characters
 * @param requestId the request's id
 */
public record Caller(
    Kind kind,
    long id,
    String name,
    String owner,
    long organizationId,
    Set<String> roles,
    Set<String> scopes,
    @Nullable String ip,
    @Nullable String userAgent,
    @Nullable String requestId) {

  /** The organization that exists from the first start; its administrators manage the others. */
  public static final long DEFAULT_ORGANIZATION = 1;

  /** What a caller is. */
  public enum Kind {
    PERSON,
    KEY,
    SYSTEM,
    ANONYMOUS
  }

  public Caller {
    roles = Set.copyOf(roles);
    scopes = Set.copyOf(scopes);
  }

  /** The system itself: timers, the first start, the demo. */
  public static Caller system() {
    return systemIn(DEFAULT_ORGANIZATION);
  }

  /** The system itself at work in an organization. */
  public static Caller systemIn(long organizationId) {
    return new Caller(
        Kind.SYSTEM,
        0,
        "system",
        "system",
        organizationId,
        Set.of("admin"),
        ManagementScope.DESCRIPTIONS.keySet(),
        null,
        null,
        null);
  }

  /** The same call, as if it were made for a person with these roles. */
  public Caller onBehalfOf(String person, Collection<String> theirRoles) {
    return new Caller(
        kind,
        id,
        name,
        person,
        organizationId,
        Set.copyOf(theirRoles),
        scopes,
        ip,
        userAgent,
        requestId);
  }

  public boolean holds(String scope) {
    return scopes.contains(scope);
  }

  /**
   * Nobody hands on a management scope that they do not hold.
   *
   * @param handedOn management scopes that somebody else, or a key, would have by this call
   * @throws ProblemException 403, with the scopes that the caller does not hold
   */
  public void requireMayHandOn(Set<String> handedOn) {
    Set<String> missing = new TreeSet<>(handedOn);
    missing.removeAll(scopes);
    if (!missing.isEmpty()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "The caller does not hold " + String.join(", ", missing) + " and can't hand it on.");
    }
  }

  /** Whether an administrator calls, in person or through a key of theirs. */
  public boolean isAdministrator() {
    return roles.contains("admin");
  }

  /** Whether it sees every key of its organization, and not only those that it owns. */
  public boolean seesWholeOrganization() {
    return roles.contains("admin")
        || roles.contains("manager")
        || roles.contains("auditor")
        || kind == Kind.SYSTEM;
  }
}
