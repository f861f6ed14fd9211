package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apikeys.api.problem.ProblemException;

/** Whatever stands in a query, it is understood in one way or refused with its name. */
class QueryFuzzTest {

  @FuzzTest
  void readsParametersOrNamesThem(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    Query query = new Query(new MultivaluedHashMap<>(Map.of("at", text)));
    try {
      Instant time = query.time("at");
      assertThat(time == null || Times.parse(time.toString()).isPresent()).isTrue();
    } catch (ProblemException e) {
      assertThat(e.status()).isEqualTo(400);
    }
    PathNumber.read(text).ifPresent(number -> assertThat(text).isEqualTo("" + number));
    try {
      EntityTags.expected(text);
    } catch (ProblemException e) {
      assertThat(e.status()).isEqualTo(412);
    }
  }
}
