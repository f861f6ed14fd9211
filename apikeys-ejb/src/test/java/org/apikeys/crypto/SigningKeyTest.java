package org.apikeys.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tokens count as signed by the built-in issuer. */
class SigningKeyTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private SigningKey key(String name) {
    return SigningKey.load(folder.resolve(name));
  }

  private static JWTClaimsSet claims(String issuer, @Nullable Instant end) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .claim("upn", "dora")
        .expirationTime(end == null ? null : Date.from(end))
        .build();
  }

  private static JWTClaimsSet good() {
    return claims("apikeys", Instant.now().plusSeconds(600));
  }

  @Test
  void itsOwnTokenCountsUntilItEnds() {
    SigningKey key = key("jwt.key");

    assertThat(key.verified(key.sign(good()), "apikeys"))
        .hasValueSatisfying(claims -> assertThat(claims.getClaim("upn")).isEqualTo("dora"));
    JWTClaimsSet ended = claims("apikeys", Instant.now().minusSeconds(1));
    assertThat(key.verified(key.sign(ended), "apikeys")).isEmpty();
    assertThat(key.verified(key.sign(claims("apikeys", null)), "apikeys")).isEmpty();
  }

  @Test
  void noOtherTokenCounts() throws JOSEException {
    SigningKey key = key("jwt.key");
    String own = key.sign(good());
    String[] parts = own.split("\\.", -1);
    String admin =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                good().toString().replace("dora", "admin").getBytes(StandardCharsets.UTF_8));
    SignedJWT byPublicKey = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), good());
    byPublicKey.sign(new MACSigner(key.publicPem().getBytes(StandardCharsets.UTF_8)));

    for (String token :
        List.of(
            key("another.key").sign(good()),
            key.sign(claims("another", Instant.now().plusSeconds(600))),
            new PlainJWT(good()).serialize(),
            byPublicKey.serialize(),
            parts[0] + "." + admin + "." + parts[2],
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1],
            "a.b.c",
            "")) {
      assertThat(key.verified(token, "apikeys")).as(token).isEmpty();
    }
  }
}
