package org.apikeys.web.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.StrictJson;

/** Whatever is ordered or imported as a key, it is understood or refused with the field. */
class KeyOrderFuzzTest {

  @FuzzTest
  void understandsAnOrderOrRefusesIt(byte[] data) throws IOException {
    try {
      ObjectNode body = StrictJson.read(new ByteArrayInputStream(data));
      JsonNode imported = body.path("keys").path(0);
      if (body.has("keys")) {
        assertThat(KeyImportResource.read(imported).hash()).isNotEmpty();
      } else {
        KeyBodies.customKey(body);
        assertThat(KeyBodies.order(KeyBodies.withoutCustomKey(new JsonBody(body)))).isNotNull();
      }
    } catch (ProblemException e) {
      assertThat(e.status()).isBetween(400, 413);
    }
  }
}
