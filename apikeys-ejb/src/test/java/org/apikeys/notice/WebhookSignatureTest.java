package org.apikeys.notice;

import static org.assertj.core.api.Assertions.assertThat;

import org.apikeys.crypto.Secret;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

  /** The example of the Standard Webhooks libraries. */
  @Test
  void signsAsTheSpecificationDoes() {
    assertThat(
            WebhookSignature.of(
                new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330L,
                "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }
}
