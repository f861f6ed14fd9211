package org.apikeys.openid;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.audit.Denials;
import org.apikeys.setting.OpenIdSettings;

/**
 * Signing in by authorization code with PKCE (RFC 7636). The browser keeps state, nonce and
 * verifier; this server exchanges the code, so that no page calls another host. What comes of it is
 * the provider's own access token, which is checked at every call like any other.
 */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class OpenIdSignIn {
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int LONGEST_NAME = 64;

  private final Provider provider;
  private final AuditLog audit;
  private final Denials denials;

  @Inject
  public OpenIdSignIn(Provider provider, AuditLog audit, Denials denials) {
    this.provider = provider;
    this.audit = audit;
    this.denials = denials;
  }

  @SuppressWarnings("NullAway")
  public OpenIdSignIn() {
    provider = null;
    audit = null;
    denials = null;
  }

  /** How to sign in with the provider; empty when people are in the built-in directory. */
  public Optional<Offer> offer() {
    return provider
        .client()
        .map(
            client ->
                new Offer(
                    client.name(),
                    client.issuer(),
                    provider.known(client).document().authorizationEndpoint().toString(),
                    client.clientId(),
                    client.scope(),
                    client.redirectUri()));
  }

  /**
   * Exchanges a code for tokens.
   *
   * @param caller who tries, so far unknown
   * @param verifier whose hash the code was asked for with
   * @param nonce that the code was asked for with
   */
  public ProviderTokens signIn(Caller caller, String code, String verifier, String nonce) {
    OpenIdSettings client = required();
    Map<String, String> form =
        Map.of(
            "grant_type",
            "authorization_code",
            "code",
            code,
            "redirect_uri",
            client.redirectUri(),
            "client_id",
            client.clientId(),
            "code_verifier",
            verifier);
    try {
      JsonNode answer =
          provider
              .tokens(client, form)
              .orElseThrow(() -> new BadJOSEException("the provider takes the code for none"));
      TokenCheck check = provider.known(client).tokens();
      JWTClaimsSet identity = check.idToken(answer.path("id_token").asText(), nonce);
      JWTClaimsSet access = check.accessToken(answer.path("access_token").asText());
      if (!identity.getSubject().equals(access.getSubject())) {
        throw new BadJOSEException("the access token is of another person");
      }
      audit.recordAlone(List.of(signedIn(caller, access)));
      return tokens(answer, access);
    } catch (KeySourceException e) {
      throw keysAway();
    } catch (ParseException | BadJOSEException | JOSEException e) {
      denials.note(
          AuditEntry.of(caller, Action.SESSION_DENIED)
              .on("session", "anonymous", client.name())
              .denied("the provider's sign-in is not valid"));
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED,
          "The sign-in at the provider does not count, or no longer; begin again.");
    }
  }

  /** Exchanges a refresh token for new tokens (RFC 6749 section 6). */
  public ProviderTokens renew(String refreshToken) {
    OpenIdSettings client = required();
    Map<String, String> form =
        Map.of(
            "grant_type",
            "refresh_token",
            "refresh_token",
            refreshToken,
            "client_id",
            client.clientId());
    try {
      JsonNode answer =
          provider
              .tokens(client, form)
              .orElseThrow(() -> new BadJOSEException("the provider has ended the session"));
      return tokens(
          answer,
          provider.known(client).tokens().accessToken(answer.path("access_token").asText()));
    } catch (KeySourceException e) {
      throw keysAway();
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new ProblemException(
          ProblemType.UNAUTHENTICATED, "The session at the provider is over; sign in again.");
    }
  }

  private OpenIdSettings required() {
    return provider.client().orElseThrow(() -> ProblemException.notFound("OpenID provider"));
  }

  private static ProviderTokens tokens(JsonNode answer, JWTClaimsSet access) {
    JsonNode refresh = answer.path("refresh_token");
    return new ProviderTokens(
        answer.path("access_token").asText(),
        access.getExpirationTime().toInstant(),
        refresh.isTextual() ? refresh.asText() : null);
  }

  private static ProblemException keysAway() {
    return ProblemException.retryAfter(
        ProblemType.PROVIDER_UNAVAILABLE, "The keys of the OpenID provider can't be read.", WAIT);
  }

  /** Under the name by which the server knows the person at every call (MicroProfile JWT). */
  private static AuditEntry signedIn(Caller caller, JWTClaimsSet claims) {
    String name =
        Stream.of("upn", "preferred_username", "sub")
            .map(claims::getClaim)
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .findFirst()
            .orElseThrow();
    String shown = name.substring(0, Math.min(LONGEST_NAME, name.length()));
    Object organization = claims.getClaim("org");
    long log = organization instanceof Number number ? number.longValue() : caller.organizationId();
    Caller person =
        new Caller(
            Caller.Kind.PERSON,
            0,
            shown,
            shown,
            log,
            Set.of(),
            Set.of(),
            caller.ip(),
            caller.userAgent(),
            caller.requestId());
    return AuditEntry.of(person, Action.SESSION_CREATED).on("session", "provider", shown);
  }
}
