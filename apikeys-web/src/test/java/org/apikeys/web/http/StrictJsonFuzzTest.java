package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apikeys.api.problem.ProblemException;

/** Whatever comes as a body, it is one object, or the caller is told what is wrong. */
class StrictJsonFuzzTest {

  @FuzzTest
  void readsAnObjectOrRefusesIt(byte[] data) throws IOException {
    ObjectNode object;
    try {
      object = StrictJson.parse(data);
    } catch (ProblemException e) {
      assertThat(e.status()).isBetween(400, 413);
      return;
    }
    byte[] written = object.toString().getBytes(StandardCharsets.UTF_8);
    // as text: 0e9 is written as 0, which is the same number of another kind
    assertThat(StrictJson.parse(written)).hasToString(object.toString());
  }
}
