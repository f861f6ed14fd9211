package org.apikeys.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks tokens with the keys that the provider publishes, which are kept for a while. */
final class TokenCheck {
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final int MOST_BYTES = 200_000;

  /** Signatures by a key that only the provider has. */
  private static final Set<JWSAlgorithm> ALGORITHMS = new HashSet<>();

  static {
    ALGORITHMS.addAll(JWSAlgorithm.Family.RSA);
    ALGORITHMS.addAll(JWSAlgorithm.Family.EC);
  }

  private final String issuer;
  private final String clientId;
  private final JWKSource<SecurityContext> keys;

  TokenCheck(String issuer, String clientId, URI keys) throws MalformedURLException {
    this.issuer = issuer;
    this.clientId = clientId;
    this.keys =
        JWKSourceBuilder.<SecurityContext>create(
                keys.toURL(),
                new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MOST_BYTES))
            .refreshAheadCache(false)
            .build();
  }

  /**
   * The claims of an ID token (OpenID Connect Core 1.0 section 3.1.3.7) that was asked for with
   * this nonce.
   */
  JWTClaimsSet idToken(String token, String nonce)
      throws ParseException, BadJOSEException, JOSEException {
    JWTClaimsSet expected = new JWTClaimsSet.Builder().issuer(issuer).claim("nonce", nonce).build();
    JWTClaimsSet claims =
        checked(token, clientId, expected, Set.of("sub", "iat", "exp", "nonce", "aud"));
    String party = claims.getStringClaim("azp");
    if (party == null ? claims.getAudience().size() > 1 : !party.equals(clientId)) {
      throw new BadJOSEException("the ID token is for another party");
    }
    return claims;
  }

  /** The claims of an access token (RFC 9068); for whom it is, the server checks at every call. */
  JWTClaimsSet accessToken(String token) throws ParseException, BadJOSEException, JOSEException {
    JWTClaimsSet expected = new JWTClaimsSet.Builder().issuer(issuer).build();
    return checked(token, null, expected, Set.of("sub", "exp"));
  }

  private JWTClaimsSet checked(
      String token, @Nullable String audience, JWTClaimsSet expected, Set<String> required)
      throws ParseException, BadJOSEException, JOSEException {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(audience, expected, required));
    return processor.process(token, null);
  }
}
