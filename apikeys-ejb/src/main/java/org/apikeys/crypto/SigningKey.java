package org.apikeys.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Signs the tokens of the built-in issuer: RS256 (RFC 7518), the one algorithm that every
 * MicroProfile JWT implementation verifies. Made at the first start.
 */
public final class SigningKey {
  private static final int BITS = 2048;

  private final RSAKey key;

  private SigningKey(RSAKey key) {
    this.key = key;
  }

  public static SigningKey load(Path file) {
    List<String> lines = KeyFile.readOrCreate(file, SigningKey::generate);
    try {
      if (lines.size() != 1) {
        throw new ParseException("not one line", 0);
      }
      String json = new String(Base64.getDecoder().decode(lines.get(0)), StandardCharsets.UTF_8);
      return new SigningKey(RSAKey.parse(json));
    } catch (ParseException | IllegalArgumentException e) {
      throw new IllegalStateException("The key file " + file + " holds no signing key.", e);
    }
  }

  private static String generate() {
    try {
      RSAKey fresh =
          new RSAKeyGenerator(BITS).keyUse(KeyUse.SIGNATURE).keyIDFromThumbprint(true).generate();
      return Base64.getEncoder()
          .encodeToString(fresh.toJSONString().getBytes(StandardCharsets.UTF_8));
    } catch (JOSEException e) {
      throw new IllegalStateException("the platform makes no RSA keys", e);
    }
  }

  /** A signed compact token (RFC 7519) with these claims. */
  public String sign(JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256)
                  .type(JOSEObjectType.JWT)
                  .keyID(key.getKeyID())
                  .build(),
              claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("a token can't be signed", e);
    }
  }

  /**
   * The claims of a token that this key has signed, and that has not ended; empty for any other.
   *
   * @param issuer whose it has to be
   */
  public Optional<JWTClaimsSet> verified(String token, String issuer) {
    try {
      DefaultJWTClaimsVerifier<SecurityContext> claims =
          new DefaultJWTClaimsVerifier<>(
              new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp"));
      claims.setMaxClockSkew(0);
      DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
      processor.setJWTClaimsSetVerifier(claims);
      processor.setJWSKeySelector(
          new SingleKeyJWSKeySelector<>(JWSAlgorithm.RS256, key.toRSAPublicKey()));
      return Optional.of(processor.process(token, null));
    } catch (ParseException | BadJOSEException | JOSEException e) {
      return Optional.empty();
    }
  }

  /** The public key as PEM (X.509 SubjectPublicKeyInfo). */
  public String publicPem() {
    try {
      return "-----BEGIN PUBLIC KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(key.toRSAPublicKey().getEncoded())
          + "\n-----END PUBLIC KEY-----";
    } catch (JOSEException e) {
      throw new IllegalStateException("the signing key has no public part", e);
    }
  }

  /** The public key as a JWK set (RFC 7517). */
  public Map<String, Object> publicKeys() {
    return new JWKSet(key).toPublicJWKSet().toJSONObject();
  }

  @Override
  public String toString() {
    return "SigningKey[" + key.getKeyID() + "]";
  }
}
