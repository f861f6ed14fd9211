package org.apikeys.tenant;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.EJBException;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.audit.Denials;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.setting.Settings;

/** The built-in issuer: a user name and a password become a signed token (MicroProfile JWT). */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class SignIn {
  /** The issuer of the tokens, {@code iss}. */
  public static final String ISSUER = "apikeys";

  private final Directory directory;
  private final SignInCheck signInCheck;
  private final SignInAttempts attempts;
  private final SignInSources sources;
  private final KeyMaterial keys;
  private final AuditLog audit;
  private final Denials denials;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public SignIn(
      Directory directory,
      SignInCheck signInCheck,
      SignInAttempts attempts,
      SignInSources sources,
      KeyMaterial keys,
      AuditLog audit,
      Denials denials,
      Settings settings,
      Clock clock) {
    this.directory = directory;
    this.signInCheck = signInCheck;
    this.attempts = attempts;
    this.sources = sources;
    this.keys = keys;
    this.audit = audit;
    this.denials = denials;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public SignIn() {
    directory = null;
    signInCheck = null;
    attempts = null;
    sources = null;
    keys = null;
    audit = null;
    denials = null;
    settings = null;
    clock = null;
  }

  /**
   * A token.
   *
   * @param accessToken signed, compact (RFC 7519)
   * @param lifetime how long it is valid
   */
  public record Token(
      String accessToken, Duration lifetime, List<String> roles, long organizationId) {
    @Override
    public String toString() {
      return "Token[secret]";
    }
  }

  /**
   * Signs in.
   *
   * @param caller who tries, so far unknown
   */
  public Token signIn(Caller caller, String username, String password) {
    return sources.inTurn(caller.ip(), () -> attempted(caller, username, password));
  }

  private Token attempted(Caller caller, String username, String password) {
    Optional<Instant> locked = beginAttempt(username);
    if (locked.isPresent()) {
      denials.note(
          attempt(caller, idOf(username), username, Action.SESSION_LOCKED)
              .in(organizationOf(caller, username))
              .denied("the name is locked"));
      Duration wait = Duration.between(clock.instant(), locked.get());
      throw ProblemException.retryAfter(
          ProblemType.SIGN_IN_LOCKED,
          "Too many failed sign-ins with this name. Wait, or ask an administrator for a new password.",
          wait.isNegative() ? Duration.ofSeconds(1) : wait);
    }
    if (!signInCheck.isRight(username, password)) {
      boolean locking = attempts.failed(username);
      if (locking) {
        attempts.tellOfLock(
            organizationOf(caller, username),
            username,
            idOf(username) > 0,
            String.valueOf(caller.ip()));
      }
      Action action = locking ? Action.SESSION_LOCKED : Action.SESSION_DENIED;
      denials.note(
          attempt(caller, idOf(username), username, action)
              .in(organizationOf(caller, username))
              .denied("wrong name or password"));
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The user name or the password is wrong.");
    }
    attempts.succeeded(username);
    PersonState person = directory.stateOf(username).orElseThrow();
    audit.recordAlone(
        List.of(
            session(
                    Caller.Kind.PERSON,
                    caller,
                    person.id(),
                    person.username(),
                    Action.SESSION_CREATED)
                .in(person.organizationId())));
    return token(person, clock.instant());
  }

  /**
   * Exchanges a token for a new one. What the person may do is looked up anew.
   *
   * @param caller the person, whose token counts
   * @param signedInAt when they gave their password
   */
  public Token renew(Caller caller, Instant signedInAt) {
    if (clock.instant().isAfter(signedInAt.plus(settings.sessionLifetime()))) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The session has lasted its time; sign in again.");
    }
    PersonState person = directory.stateOf(caller.owner()).orElseThrow();
    if (person.hasNewPasswordSince(signedInAt)) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The password was changed; sign in again.");
    }
    return token(person, signedInAt);
  }

  /**
   * What a token of this issuer says.
   *
   * @param username whose it is
   * @param signedInAt when they gave their password
   * @param end when it ends
   */
  public record Session(String username, Instant signedInAt, Instant end) {}

  /**
   * The session of a token of this issuer; empty when it is none, has ended, or another issuer was
   * put in this one's place.
   */
  public Optional<Session> session(String token) {
    return settings.isTrusted(ISSUER)
        ? keys.signing().verified(token, ISSUER).flatMap(SignIn::session)
        : Optional.empty();
  }

  private static Optional<Session> session(JWTClaimsSet claims) {
    try {
      return Optional.of(
          new Session(
              claims.getStringClaim("upn"),
              Instant.ofEpochSecond(claims.getLongClaim("auth_time")),
              claims.getExpirationTime().toInstant()));
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  /** Two first attempts with one name at once: the store lets one in, the other tries again. */
  private Optional<Instant> beginAttempt(String username) {
    try {
      return attempts.begin(username);
    } catch (EJBException | PersistenceException e) {
      return attempts.begin(username);
    }
  }

  /** The public keys of this issuer, as a JWK set. */
  public Map<String, Object> publicKeys() {
    return keys.signing().publicKeys();
  }

  private Token token(PersonState person, Instant signedInAt) {
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(Long.toString(person.id()))
            .claim("upn", person.username())
            .claim("groups", person.roles())
            .claim("org", person.organizationId())
            .claim("auth_time", signedInAt.getEpochSecond())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(settings.tokenLifetime())))
            .jwtID(UUID.randomUUID().toString())
            .build();
    return new Token(
        keys.signing().sign(claims),
        settings.tokenLifetime(),
        person.roles(),
        person.organizationId());
  }

  /** A failure under the name of a person is for the auditors of that person's organization. */
  private long organizationOf(Caller caller, String username) {
    return directory
        .stateOf(username)
        .map(PersonState::organizationId)
        .orElse(caller.organizationId());
  }

  /** The number of the person of that name; 0 when there is nobody. */
  private long idOf(String username) {
    return directory.stateOf(username).map(PersonState::id).orElse(0L);
  }

  /** By whoever it was: nobody has shown to be the person of that name. */
  private static AuditEntry attempt(Caller caller, long personId, String username, Action action) {
    return session(caller.kind(), caller, personId, username, action);
  }

  /** Under the person's number, so that their name can be erased; an unknown name is nobody's. */
  private static AuditEntry session(
      Caller.Kind kind, Caller caller, long personId, String username, Action action) {
    String name = username.length() > 64 ? username.substring(0, 64) : username;
    Caller claimed =
        new Caller(
            kind,
            personId,
            name,
            name,
            caller.organizationId(),
            Set.of(),
            Set.of(),
            caller.ip(),
            caller.userAgent(),
            caller.requestId());
    return AuditEntry.of(claimed, action)
        .on("session", personId > 0 ? "user-" + personId : "anonymous", name);
  }
}
