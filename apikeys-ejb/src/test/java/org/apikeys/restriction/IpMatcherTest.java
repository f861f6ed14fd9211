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

class IpMatcherTest {

  @Test
  void allowsTheAddressesOfANetworkAndNoOthers() {
    IpMatcher matcher = allowing("203.0.113.0/24", "2001:db8::/32", "198.51.100.7");

    assertThat(
            List.of(
                "203.0.113.0", "203.0.113.255", "2001:db8::", "2001:db8:ffff::1", "198.51.100.7"))
        .allMatch(matcher::allows);
    assertThat(
            List.of(
                "203.0.112.255", "203.0.114.0", "2001:db7:ffff::", "2001:db9::", "198.51.100.6"))
        .noneMatch(matcher::allows);
  }

  @Test
  void comparesTheUpperHalfOfTheAddressSpaceToo() {
    IpMatcher matcher = allowing("128.0.0.0/1", "8000::/1", "2001:db8::8000:0:0:0/65");

    assertThat(List.of("128.0.0.0", "255.255.255.255", "ffff::", "2001:db8::ffff:0:0:1"))
        .allMatch(matcher::allows);
    assertThat(List.of("127.255.255.255", "7fff::", "2001:db8::7fff:0:0:1"))
        .noneMatch(matcher::allows);
  }

  @Test
  void deniesBeforeItAllows() {
    IpMatcher matcher = matcher(List.of("10.0.0.0/8"), List.of("10.1.0.0/16"));

    assertThat(matcher.allows("10.2.0.1")).isTrue();
    assertThat(matcher.allows("10.1.0.1")).isFalse();
    assertThat(matcher(List.of("10.1.2.3"), List.of("10.0.0.0/8")).allows("10.1.2.3")).isFalse();
  }

  @Test
  void allowsAnyOtherAddressWhenItOnlyDenies() {
    IpMatcher matcher = matcher(List.of(), List.of("10.0.0.0/8"));

    assertThat(matcher.allows("192.0.2.1")).isTrue();
    assertThat(matcher.allows("::1")).isTrue();
    assertThat(matcher.allows("10.0.0.1")).isFalse();
  }

  @Test
  void allowsEverythingWithoutRules() {
    String missing = null;

    assertThat(allowing().isOpen()).isTrue();
    assertThat(allowing().allows(missing)).isTrue();
    assertThat(allowing().allows("nonsense")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "10.0.0.1/8", "10.0.0.1 ", "010.0.0.1", "10.1"})
  void refusesAMissingOrMalformedAddressAsSoonAsThereIsARule(String malformed) {
    String missing = null;
    for (IpMatcher matcher :
        List.of(allowing("0.0.0.0/0", "::/0"), matcher(List.of(), List.of("192.0.2.1")))) {
      assertThat(matcher.allows(malformed)).isFalse();
      assertThat(matcher.allows(missing)).isFalse();
    }
  }

  @Test
  void takesAnIpv4AddressInsideIpv6ForTheIpv4Address() {
    assertThat(allowing("10.0.0.0/8").allows("::ffff:10.1.2.3")).isTrue();
    assertThat(allowing("::ffff:10.0.0.0/104").allows("10.1.2.3")).isTrue();
    assertThat(allowing("::ffff:0:0/96").allows("192.0.2.1")).isTrue();
    assertThat(matcher(List.of(), List.of("10.0.0.0/8")).allows("::ffff:a01:203")).isFalse();
  }

  @Test
  void keepsTheFamiliesApart() {
    assertThat(allowing("0.0.0.0/0").allows("::1")).isFalse();
    assertThat(allowing("::/1").allows("10.0.0.1")).isFalse();
    assertThat(allowing("10.0.0.0/8").allows("::a00:1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "10.0.0.0/33",
        "::ff/33333333335",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/255.0.0.0",
        "10.0.0/24",
        "10/8",
        "/8",
        "10.0.0.0/",
        "10.0.0.*",
        "10.0.0.1-10.0.0.9",
        "10.0.0.0/8/8",
        "10.0.0.0 /8",
        "::/129",
        "fe80::1%eth0",
        "example.com",
        "010.0.0.0/8",
        "0xa.0.0.0/8",
        "10.0.0.0\\8",
        "10.0.0.0/+8"
      })
  void refusesARuleThatIsNoAddressOrNetwork(String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> allowing(rule))
        .withMessageContaining("203.0.113.0/24");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1/8, 10.0.0.0/8",
    "203.0.113.9/24, 203.0.113.0/24",
    "2001:db8::1/32, 2001:db8::/32",
    "255.255.255.255/0, 0.0.0.0/0",
  })
  void refusesHostBitsAndNamesTheNetwork(String rule, String network) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> allowing(rule))
        .withMessageContaining(network);
  }

  @Test
  void decidesLikeBitwiseComparison() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      int prefix = random.nextInt(33);
      int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
      int network = random.nextInt() & mask;
      int address = random.nextBoolean() ? random.nextInt() : network | (random.nextInt() & ~mask);

      assertThat(allowing(dotted(network) + "/" + prefix).allows(dotted(address)))
          .isEqualTo((address & mask) == network);
    }
  }

  @Test
  void whatIsWithinAllowsNothingMore() {
    Random random = new Random(6);
    int within = 0;
    for (int i = 0; i < 5_000; i++) {
      IpMatcher narrow = matcher(rules(random), rules(random));
      IpMatcher wide = matcher(rules(random), rules(random));
      if (narrow.isWithin(wide)) {
        within++;
        for (int last = 0; last < 16; last++) {
          String address = "10.0.0." + last;
          assertThat(narrow.allows(address) && !wide.allows(address)).isFalse();
          String v6 = "2001:db8::" + Integer.toHexString(last);
          assertThat(narrow.allows(v6) && !wide.allows(v6)).isFalse();
        }
        assertThat(narrow.allows("other") && !wide.allows("other")).isFalse();
      }
      assertThat(narrow.isWithin(narrow)).isTrue();
      assertThat(narrow.isWithin(allowing())).isTrue();
    }
    assertThat(within).isGreaterThan(500);
  }

  @Test
  void knowsANarrowingFromAWidening() {
    assertThat(allowing("10.1.0.0/16").isWithin(allowing("10.0.0.0/8"))).isTrue();
    assertThat(allowing("10.0.0.0/8").isWithin(allowing("10.1.0.0/16"))).isFalse();
    assertThat(allowing().isWithin(allowing("10.0.0.0/8"))).isFalse();
    assertThat(allowing().isWithin(matcher(List.of(), List.of("10.0.0.0/8")))).isFalse();
    assertThat(allowing("10.0.0.0/8").isWithin(matcher(List.of(), List.of("10.1.0.0/16"))))
        .isFalse();
    assertThat(
            matcher(List.of("10.0.0.0/8"), List.of("10.1.0.0/16"))
                .isWithin(matcher(List.of(), List.of("10.1.0.0/16"))))
        .isTrue();
    assertThat(allowing("192.0.2.1").isWithin(matcher(List.of(), List.of("10.0.0.0/8")))).isTrue();
  }

  /** Small rules that meet often. */
  private static List<String> rules(Random random) {
    List<String> rules = new ArrayList<>();
    int size = random.nextInt(3);
    while (rules.size() < size) {
      int bits = random.nextInt(5);
      int network = random.nextInt(16) & (-1 << bits);
      rules.add(
          random.nextInt(4) > 0
              ? "10.0.0." + network + "/" + (32 - bits)
              : "2001:db8::" + Integer.toHexString(network) + "/" + (128 - bits));
    }
    return rules;
  }

  private static String dotted(int address) {
    return (address >>> 24)
        + "."
        + ((address >>> 16) & 0xff)
        + "."
        + ((address >>> 8) & 0xff)
        + "."
        + (address & 0xff);
  }

  private static IpMatcher allowing(String... allow) {
    return matcher(List.of(allow), List.of());
  }

  private static IpMatcher matcher(List<String> allow, List<String> deny) {
    return IpMatcher.compile(new IpRules(allow, deny));
  }
}
