package org.apikeys.request;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.crypto.Secret;

/**
 * Seals keys to a public key that the requester gave (JWK, RFC 7517), as a JWE (RFC 7516) in
 * compact form that common tools open: RSA-OAEP-256 or ECDH-ES+A256KW, with A256GCM.
 */
final class SealedKeys {
  private static final String FIELD = "public_key";
  private static final int LEAST_RSA_BITS = 2048;
  private static final int LONGEST = 4_000;

  private SealedKeys() {}

  /** The public key as it is kept; refused when it is private, weak or of an unknown kind. */
  static String checked(String jwk) {
    if (jwk.length() > LONGEST) {
      throw ProblemException.invalid(FIELD, "has at most " + LONGEST + " characters");
    }
    try {
      JWK key = JWK.parse(jwk);
      if (key.isPrivate()) {
        throw ProblemException.invalid(
            FIELD, "holds a private key, which is known to others now: make another one");
      }
      if (key instanceof RSAKey rsa && modulusBits(rsa) < LEAST_RSA_BITS) {
        throw ProblemException.invalid(FIELD, "is an RSA key of less than 2048 bits");
      }
      encrypter(key);
      return key.toPublicJWK().toJSONString();
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw ProblemException.invalid(FIELD, "is a JWK with an RSA or EC (P-256, P-384, P-521) key");
    }
  }

  /** By the number itself: the encoding may begin with zeros, which the size counts. */
  private static int modulusBits(RSAKey rsa) {
    return rsa.getModulus().decodeToBigInteger().bitLength();
  }

  static String seal(String jwk, Secret secret) {
    try {
      JWK key = JWK.parse(jwk);
      JWEAlgorithm algorithm =
          key instanceof RSAKey ? JWEAlgorithm.RSA_OAEP_256 : JWEAlgorithm.ECDH_ES_A256KW;
      JWEObject sealed =
          new JWEObject(
              new JWEHeader.Builder(algorithm, EncryptionMethod.A256GCM)
                  .keyID(key.getKeyID())
                  .contentType("text/plain")
                  .build(),
              new Payload(secret.reveal()));
      sealed.encrypt(encrypter(key));
      return sealed.serialize();
    } catch (ParseException | JOSEException e) {
      throw new IllegalStateException("a key can't be sealed", e);
    }
  }

  private static JWEEncrypter encrypter(JWK key) throws JOSEException {
    if (key instanceof RSAKey rsa) {
      return new RSAEncrypter(rsa);
    }
    if (key instanceof ECKey ec) {
      return new ECDHEncrypter(ec);
    }
    throw new IllegalArgumentException("neither RSA nor EC");
  }
}
