package org.apikeys.api.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever is presented as a key, it is one or it is none. */
class KeyFuzzTest {

  @FuzzTest
  void readsAKeyOrNone(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    boolean isKey = KeyFormat.DEFAULT.parse(text).isPresent();
    assertThat(KeyFormat.DEFAULT.isWellFormed(text)).isEqualTo(isKey);
    if (isKey) {
      assertThat(KeyFormat.DEFAULT.looksLikeKey(text)).isTrue();
      for (int i = text.indexOf('_', 3) + 1; i < text.length(); i++) {
        char other = text.charAt(i) == 'a' ? 'b' : 'a';
        String near = text.substring(0, i) + other + text.substring(i + 1);
        assertThat(KeyFormat.DEFAULT.isWellFormed(near)).as("one character off").isFalse();
      }
    }
  }
}
