package org.apikeys.restriction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrerMatcherTest {

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com/*, https://app.example.com/",
    "https://app.example.com/*, https://app.example.com",
    "https://app.example.com/*, https://app.example.com?x=1",
    "https://app.example.com/*, https://app.example.com#x",
    "https://app.example.com, https://app.example.com/a/b?c=/../d#e",
    "https://app.example.com/, https://app.example.com",
    "https://app.example.com/*, HTTPS://APP.Example.COM/x",
    "https://APP.example.com/*, https://app.example.com/x",
    "https://app.example.com/*, https://app.example.com./x",
    "https://app.example.com./*, https://app.example.com/x",
    "https://app.example.com/*, https://app.example.com:443/x",
    "https://app.example.com:443/*, https://app.example.com/x",
    "http://app.example.com/*, http://app.example.com:80/x",
    "https://app.example.com:8443/*, https://app.example.com:8443/x",
    "*://app.example.com/*, https://app.example.com/x",
    "*://app.example.com/*, http://app.example.com:80/x",
    "https://*.example.com/*, https://app.example.com/x",
    "https://*.example.com/*, https://a.b.example.com/x",
    "http://localhost:3000/*, http://localhost:3000/",
    "http://127.0.0.1:3000/*, http://127.0.0.1:3000/",
    "https://app.example.com/path/*, https://app.example.com/path/",
    "https://app.example.com/path/*, https://app.example.com/path/a/../b",
    "https://app.example.com/path/*, https://app.example.com/%70ath/x",
    "https://app.example.com/%70ath/*, https://app.example.com/path/x",
    "https://app.example.com/a%2fb/*, https://app.example.com/a%2Fb/c",
    "https://app.example.com/path/*, https://app.example.com/path/a%2Fb",
    "https://app.example.com/path*, https://app.example.com/pathology",
    "https://app.example.com/path, https://app.example.com/path?q",
    "https://app.example.com/gr\u00f6\u00dfe/*, https://app.example.com/gr%C3%B6%C3%9Fe/x",
    "https://app.example.com/gr%c3%b6%C3%9Fe/*, https://app.example.com/gr\u00f6\u00dfe/x",
    "https://app.example.com/\ud83d\udd11*, https://app.example.com/%F0%9F%94%91s",
    "https://b\u00fccher.example/*, https://xn--bcher-kva.example/x",
    "https://xn--bcher-kva.example/*, https://B\u00dcCHER.example/x",
    "https://*.b\u00fccher.example/*, https://shop.xn--bcher-kva.example/",
  })
  void matchesThePagesOfThePattern(String pattern, String referrer) {
    assertThat(ReferrerMatcher.compile(List.of(pattern)).allows(referrer)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com.evil.org/",
        "https://app.example.com/\ud83d",
        "https://app.example.com.evil.org/",
        "https://evil.org/?https://app.example.com/",
        "https://evil.org/#https://app.example.com/",
        "https://evil.org/https://app.example.com/",
        "https://app.example.com@evil.org/",
        "https://app.example.com:pw@evil.org/",
        "https://evil.org@app.example.com/",
        "https://app.example.com:443@evil.org/",
        "https://evil.org\\@app.example.com/",
        "https://app.example.com\\.evil.org/",
        "https://evil.org\\.app.example.com/",
        "https://app.example.com%2eevil.org/",
        "https://%61pp.example.com/",
        "https://app.example.com%00.evil.org/",
        "https://app.example.com .evil.org/",
        "https://app.example.com\t/",
        "https://app.example.com\r\n/",
        " https://app.example.com/",
        "https://app.example.com/ ",
        "https://app.example.com\u00a0/",
        "https://app.example.com\u2028/",
        "https://app-example.com/",
        "https://appexample.com/",
        "https://xapp.example.com/",
        "https://example.com/",
        "https://b.app.example.com/",
        "https://app.example.co/",
        "https://app.example.com../",
        "https://.app.example.com/",
        "https://app..example.com/",
        "https:///app.example.com/",
        "https:app.example.com/",
        "https:/app.example.com/",
        "//app.example.com/",
        "app.example.com/",
        "app.example.com",
        "http://app.example.com/",
        "ftp://app.example.com/",
        "javascript://app.example.com/",
        "data:text/html,https://app.example.com/",
        "view-source:https://app.example.com/",
        "blob:https://app.example.com/",
        "*://app.example.com/",
        "https://*.example.com/",
        "https://app.example.com:444/",
        "https://app.example.com:80/",
        "https://app.example.com:/",
        "https://app.example.com:0/",
        "https://app.example.com:0443x/",
        "https://app.example.com:65979/",
        "https://app.example.com:4294967739/",
        "https://app.example.com:\u0664\u0664\u0663/",
        "https://[::1]/",
        "https://[app.example.com]/",
        "https://\u0430pp.example.com/",
        "https://app.ex\u0430mple.com/",
        "https://app.example.\u0441om/",
        "https://app.example\u2024com/",
        "https://app.example.com\uff0fevil.org/",
        "https://app.example.com\u2100evil.org/",
        "https://app.exam\u200dple.com/",
        "https://xn--pp-6kc.example.com/",
        "https://app.example.com/%",
        "https://app.example.com/%2",
        "https://app.example.com/%zz",
        "https://",
        "https://?",
        "null",
        "about:blank",
        ""
      })
  void refusesLookalikes(String referrer) {
    assertThat(ReferrerMatcher.compile(List.of("https://app.example.com/*")).allows(referrer))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/",
        "https://.example.com/",
        "https://evilexample.com/",
        "https://a.example.com.evil.org/",
        "https://evil.org/a.example.com/",
        "https://example.com.a/",
      })
  void aWildcardHostStandsForNamesBelowItOnly(String referrer) {
    assertThat(ReferrerMatcher.compile(List.of("https://*.example.com/*")).allows(referrer))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/path",
        "/",
        "",
        "/PATH/x",
        "/pathx/",
        "/other/path/x",
        "/path/../other",
        "/path/..",
        "/path/%2e%2e/other",
        "/path/%2E./other",
        "/path/.%2e",
        "/path/a/../../other",
        "/path/..%2fother",
        "/path/..%2Fother",
        "/path/..%5cother",
        "/path%2fx",
        "//path/x",
        "/./../other",
        "?/path/x",
        "#/path/x",
        "/other?/path/x"
      })
  void refusesPagesOutsideThePath(String path) {
    assertThat(
            ReferrerMatcher.compile(List.of("https://app.example.com/path/*"))
                .allows("https://app.example.com" + path))
        .isFalse();
  }

  @Test
  void anExactPathMatchesItselfOnly() {
    ReferrerMatcher matcher = ReferrerMatcher.compile(List.of("https://app.example.com/path"));

    assertThat(matcher.allows("https://app.example.com/path")).isTrue();
    assertThat(matcher.allows("https://app.example.com/path/")).isFalse();
    assertThat(matcher.allows("https://app.example.com/")).isFalse();
  }

  @Test
  void passesAnythingWithoutPatternsAndNothingMissingWithThem() {
    assertThat(ReferrerMatcher.compile(List.of()).allows(null)).isTrue();
    assertThat(ReferrerMatcher.compile(List.of()).allows("nonsense")).isTrue();
    assertThat(ReferrerMatcher.compile(List.of("*://*.example.com")).allows(null)).isFalse();
  }

  @Test
  void refusesAnAddressOfAnUnreasonableLength() {
    ReferrerMatcher matcher = ReferrerMatcher.compile(List.of("https://app.example.com"));

    assertThat(matcher.allows("https://app.example.com/" + "a".repeat(8_000))).isTrue();
    assertThat(matcher.allows("https://app.example.com/" + "a".repeat(9_000))).isFalse();
    assertThat(matcher.allows("https://" + "a.".repeat(4_000) + "example.com/")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, https://",
    "'', https://",
    "*, https://",
    "ftp://example.com/*, https://",
    "://example.com, https://",
    "https://, host name",
    "https://*, host name",
    "https://*/, host name",
    "https://*./*, host name",
    "https://*.*.example.com, host name",
    "https://a*.example.com, host name",
    "https://app.*.com, host name",
    "https://app_1.example.com, host name",
    "https://-app.example.com, host name",
    "https://stra\u00dfe.example, host name",
    "https://user@example.com, user name",
    "https://ex%61mple.com, user name",
    "https://[::1]/, user name",
    "https://example.com:*/, port",
    "https://example.com:0/, port",
    "https://example.com:65536/, port",
    "https://example.com:/, port",
    "https://example.com/*/x, only at its end",
    "https://example.com/**, only at its end",
    "https://example.com/a?b, query",
    "https://example.com?b, query",
    "https://example.com/#b, query",
    "https://example.com/a/../*, '..'",
    "https://example.com/a/%2e%2e/*, '..'",
    "https://example.com/a/./b, '..'",
    "https://example.com/%zz, %25",
    "https://example.com\\x, backslashes",
    "https://example.com/a b, spaces",
  })
  void refusesAPatternThatCanBeMisread(String pattern, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReferrerMatcher.compile(List.of(pattern)))
        .withMessageStartingWith("must ")
        .withMessageContaining(why);
  }

  @Test
  void survivesAnyText() {
    Random random = new Random(21);
    ReferrerMatcher matcher = ReferrerMatcher.compile(List.of("https://*.example.com/a/*"));
    String characters = "a.:/@%?#\\*-2eExn \u00df\u0430\u3002\uff0e\ud83d\u00ad";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("https://app.example.com/a/");
      int changes = random.nextInt(8);
      for (int change = 0; change < changes; change++) {
        text.insert(
            random.nextInt(text.length() + 1),
            characters.charAt(random.nextInt(characters.length())));
      }
      String referrer = text.toString();
      if (matcher.allows(referrer)) {
        String authority = referrer.split("[/?#]", -1)[2];
        // Browsers too ignore a soft hyphen in a host.
        assertThat(authority.replace("\u00ad", ""))
            .containsPattern("[.\u3002\uff0e]example[.\u3002\uff0e]com")
            .doesNotContain("\\", "@", "%", "\u00df");
        assertThat(referrer).startsWith("https://").doesNotContain("\\", " ");
      }
    }
  }

  @Test
  void whatIsWithinAllowsNothingMore() {
    Random random = new Random(22);
    List<String> pages = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      pages.add(
          address(random, "http", "https") + one(random, "", "/", "/a", "/a/b", "/a%2Fb", "/c"));
    }
    int within = 0;
    for (int i = 0; i < 5_000; i++) {
      ReferrerMatcher narrow = ReferrerMatcher.compile(patterns(random));
      ReferrerMatcher wide = ReferrerMatcher.compile(patterns(random));
      if (narrow.isWithin(wide)) {
        within++;
        assertThat(pages).filteredOn(narrow::allows).allMatch(wide::allows);
      }
      assertThat(narrow.isWithin(narrow)).isTrue();
    }
    assertThat(within).isGreaterThan(200);
  }

  private static List<String> patterns(Random random) {
    List<String> patterns = new ArrayList<>();
    int size = 1 + random.nextInt(2);
    while (patterns.size() < size) {
      patterns.add(
          address(random, "http", "https", "*")
              + one(random, "", "/", "/*", "/a", "/a*", "/a/*", "/a/b", "/a%2Fb"));
    }
    return patterns;
  }

  private static String address(Random random, String... schemes) {
    boolean pattern = schemes.length > 2;
    return one(random, schemes)
        + "://"
        + one(random, "", pattern ? "*." : "x.", "y.")
        + one(random, "example.com", "y.example.com")
        + one(random, "", "", ":443", ":80");
  }

  private static String one(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
