package org.apikeys.restriction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse("10.0.0.0/8, ::1,2001:db8::/32");

  @Test
  void takesThePeerWhenNobodyIsTrusted() {
    TrustedProxies nobody = TrustedProxies.parse(" ");

    assertThat(nobody.clientAddress("192.0.2.1", List.of("203.0.113.9"))).isEqualTo("192.0.2.1");
  }

  @Test
  void takesThePeerWhenItIsNoTrustedProxy() {
    assertThat(PROXIES.clientAddress("192.0.2.1", List.of("203.0.113.9"))).isEqualTo("192.0.2.1");
  }

  @Test
  void takesTheFirstUntrustedAddressFromTheRight() {
    assertThat(client("203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("203.0.113.9, 10.0.0.2")).isEqualTo("203.0.113.9");
    assertThat(client("203.0.113.9,10.0.0.2 , ::1")).isEqualTo("203.0.113.9");
  }

  @Test
  void takesNothingThatAClientWroteFurtherLeft() {
    assertThat(client("198.51.100.1, 203.0.113.9")).isEqualTo("203.0.113.9");
    assertThat(client("10.0.0.9, 203.0.113.9, 10.0.0.2")).isEqualTo("203.0.113.9");
  }

  @Test
  void readsSeveralHeadersAsOneList() {
    assertThat(PROXIES.clientAddress("10.0.0.1", List.of("198.51.100.1, 203.0.113.9", "10.0.0.2")))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void stopsAtAMalformedElement() {
    assertThat(client("203.0.113.9, unknown, 10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(client("203.0.113.9, , 10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(client("203.0.113.9,")).isEqualTo("10.0.0.1");
    assertThat(client("203.0.113.9:1234")).isEqualTo("10.0.0.1");
    assertThat(client("010.0.0.2")).isEqualTo("10.0.0.1");
    assertThat(client("")).isEqualTo("10.0.0.1");
  }

  @Test
  void takesTheOutermostProxyWhenAllAreTrusted() {
    assertThat(client("10.0.0.3, 10.0.0.2")).isEqualTo("10.0.0.3");
    assertThat(PROXIES.clientAddress("10.0.0.1", List.of())).isEqualTo("10.0.0.1");
  }

  @Test
  void knowsAPeerInEveryNotation() {
    for (String peer : List.of("::ffff:10.0.0.1", "0:0:0:0:0:0:0:1", "2001:DB8::1%eth0")) {
      assertThat(PROXIES.clientAddress(peer, List.of("::ffff:203.0.113.9")))
          .isEqualTo("203.0.113.9");
    }
    assertThat(PROXIES.clientAddress("not an address", List.of("203.0.113.9")))
        .isEqualTo("not an address");
  }

  @Test
  void tellsWhomItTrusts() {
    assertThat(PROXIES.trusts("10.255.0.1")).isTrue();
    assertThat(PROXIES.trusts("11.0.0.1")).isFalse();
    assertThat(PROXIES.trusts("localhost")).isFalse();
  }

  @Test
  void refusesASettingThatItCannotReadAndNamesTheEntry() {
    for (String setting : List.of("10.0.0.1/8", "10.0.0.0/8,proxy.example.com", "10.0.0.0/8,")) {
      String entry = setting.substring(setting.indexOf(',') + 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TrustedProxies.parse(setting))
          .withMessageContaining("'" + entry + "'");
    }
  }

  private static String client(String forwardedFor) {
    return PROXIES.clientAddress("10.0.0.1", List.of(forwardedFor));
  }
}
