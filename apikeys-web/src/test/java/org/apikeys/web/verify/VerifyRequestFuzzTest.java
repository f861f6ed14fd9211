package org.apikeys.web.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.http.StrictJson;

/** The short way of reading a verification understands nothing that the whole way refuses. */
class VerifyRequestFuzzTest {

  @FuzzTest
  void isReadAlikeOnBothWays(byte[] data) throws IOException {
    VerifyRequest plain = PlainRequest.read(data, data.length);
    try {
      VerifyRequest whole = VerifyRequest.of(StrictJson.read(new ByteArrayInputStream(data)));
      if (plain != null) {
        assertThat(PlainRequestTest.shown(plain)).isEqualTo(PlainRequestTest.shown(whole));
      }
    } catch (ProblemException e) {
      assertThat(e.status()).isBetween(400, 413);
      assertThat(plain).isNull();
    }
  }
}
