package org.apikeys.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.apikeys.store.ConfigText;
import org.apikeys.store.Json;

/** Whatever is written as policies, they are read or the mistake is told. */
class PolicyFuzzTest {

  @FuzzTest
  void readsPoliciesOrTellsTheMistake(byte[] data) throws ConfigText.Mistake {
    PolicyDocument document;
    try {
      document = PolicyText.parse(new String(data, StandardCharsets.UTF_8));
    } catch (ConfigText.Mistake e) {
      assertThat(e.place()).isNotBlank();
      assertThat(e.reason()).isNotBlank();
      return;
    }
    assertThat(document).isNotNull();
    assertThat(PolicyText.parse(Json.write(document))).isEqualTo(document);
  }
}
