package org.apikeys.restriction;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Whatever is sent as a referrer: what passes as a page of a host is one for other readers too. */
class ReferrerFuzzTest {
  private static final ReferrerMatcher SITE =
      ReferrerMatcher.compile(List.of("https://example.com/app/*", "https://*.example.org/*"));

  @FuzzTest
  void passesPagesOfTheHostAlone(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    if (SITE.allows(text)) {
      try {
        URI uri = new URI(text);
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        assertThat(uri.getScheme()).isEqualToIgnoringCase("https");
        // of a name that is not ASCII this reader sees no host
        if (uri.getHost() != null) {
          assertThat(host.endsWith(".") ? host.substring(0, host.length() - 1) : host)
              .matches("example\\.com|.+\\.example\\.org");
        }
      } catch (URISyntaxException e) {
        // a stricter reader refuses it
      }
    }
    try {
      ReferrerRule rule = ReferrerRule.parse(text);
      assertThat(rule.isWithin(rule)).isTrue();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
