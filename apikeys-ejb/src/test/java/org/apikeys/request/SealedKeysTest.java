package org.apikeys.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.crypto.Secret;
import org.junit.jupiter.api.Test;

/** Keys that only who asked for them can open. */
class SealedKeysTest {
  private static final Secret SECRET = new Secret("shop_live_0123456789");

  private static void refused(String jwk, String why) {
    assertThatThrownBy(() -> SealedKeys.checked(jwk))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.VALIDATION_FAILED);
              assertThat(e.errors().get(0).field()).isEqualTo("public_key");
              assertThat(e.errors().get(0).message()).contains(why);
            });
  }

  @Test
  void sealsToAnEllipticKey() throws Exception {
    ECKey own = new ECKeyGenerator(Curve.P_384).keyID("mine").generate();
    String kept = SealedKeys.checked(own.toPublicJWK().toJSONString());
    assertThat(kept).isEqualTo(own.toPublicJWK().toJSONString());

    JWEObject sealed = JWEObject.parse(SealedKeys.seal(kept, SECRET));
    assertThat(sealed.getHeader().getAlgorithm().getName()).isEqualTo("ECDH-ES+A256KW");
    assertThat(sealed.getHeader().getEncryptionMethod().getName()).isEqualTo("A256GCM");
    assertThat(sealed.getHeader().getKeyID()).isEqualTo("mine");
    sealed.decrypt(new ECDHDecrypter(own));
    assertThat(sealed.getPayload()).hasToString(SECRET.reveal());
  }

  @Test
  void sealsToAnRsaKeyOfTwoThousandBitsOrMore() throws Exception {
    RSAKey own = new RSAKeyGenerator(2048).generate();
    String kept = SealedKeys.checked(own.toPublicJWK().toJSONString());

    JWEObject sealed = JWEObject.parse(SealedKeys.seal(kept, SECRET));
    assertThat(sealed.getHeader().getAlgorithm().getName()).isEqualTo("RSA-OAEP-256");
    sealed.decrypt(new RSADecrypter(own));
    assertThat(sealed.getPayload()).hasToString(SECRET.reveal());
  }

  @Test
  void refusesWhatIsPrivateWeakOrOfAnotherKind() throws Exception {
    refused(new ECKeyGenerator(Curve.P_256).generate().toJSONString(), "private");
    KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
    weak.initialize(1024);
    RSAPublicKey small = (RSAPublicKey) weak.generateKeyPair().getPublic();
    refused(new RSAKey.Builder(small).build().toJSONString(), "less than 2048");
    byte[] padded = new byte[256];
    byte[] modulus = small.getModulus().toByteArray();
    System.arraycopy(modulus, 0, padded, padded.length - modulus.length, modulus.length);
    refused(
        new RSAKey.Builder(Base64URL.encode(padded), Base64URL.encode(small.getPublicExponent()))
            .build()
            .toJSONString(),
        "less than 2048");
    refused(
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + "A".repeat(43) + "\"}",
        "with an RSA or EC");
    refused("no JSON", "with an RSA or EC");
    refused(
        new ECKeyGenerator(Curve.P_256)
            .keyID("k".repeat(4_000))
            .generate()
            .toPublicJWK()
            .toJSONString(),
        "at most 4000");
  }
}
