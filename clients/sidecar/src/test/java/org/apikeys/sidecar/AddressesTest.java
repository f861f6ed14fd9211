package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private static final Addresses TRUSTED = Addresses.parse("127.0.0.0/8, 10.0.0.1,2001:db8::/32");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1 | 203.0.113.9                     | 203.0.113.9",
        "127.0.0.1 | 1.2.3.4, 203.0.113.9            | 203.0.113.9",
        "127.0.0.1 | 1.2.3.4, 203.0.113.9, 10.0.0.1  | 203.0.113.9",
        "127.0.0.1 | 2001:DB8:0:0::5                 | 2001:db8::5",
        "127.0.0.1 | ::ffff:203.0.113.9              | 203.0.113.9",
        "127.0.0.1 | unknown                         | 127.0.0.1",
        "127.0.0.1 | 203.0.113.9, nonsense, 10.0.0.1 | 10.0.0.1",
        "127.0.0.1 | 203.0.113.9,                    | 127.0.0.1",
        "192.0.2.1 | 203.0.113.9                     | 192.0.2.1",
      })
  void readsTheChainFromTheRightAsFarAsItIsTrusted(String peer, String chain, String client) {
    assertThat(TRUSTED.client(peer, List.of(chain))).isEqualTo(client);
  }

  @Test
  void joinsHeadersThatAreGivenTwice() {
    assertThat(TRUSTED.client("127.0.0.1", List.of("1.2.3.4", "203.0.113.9")))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void trustsNobodyUnlessToldTo() {
    Addresses nobody = Addresses.parse("");
    assertThat(nobody.client("127.0.0.1", List.of("203.0.113.9"))).isEqualTo("127.0.0.1");
    assertThat(nobody.trusts("127.0.0.1")).isFalse();
    assertThat(TRUSTED.trusts("127.9.9.9")).isTrue();
    assertThat(TRUSTED.trusts("10.0.0.2")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "010.0.0.1",
        "1.2.3.4%0",
        "[::1]",
        "fe80::1%eth0",
        "0x7f.0.0.1",
        "::ffff:010.0.0.1",
        "1.2.3.4/32",
        " 1.2.3.4"
      })
  void readsStandardNotationAlone(String text) {
    assertThat(Addresses.isAddress(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "203.0.113.9", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4"})
  void readsAddresses(String text) {
    assertThat(Addresses.isAddress(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0.0,,"})
  void refusesWhatIsNoNetwork(String setting) {
    assertThatIllegalArgumentException().isThrownBy(() -> Addresses.parse(setting));
  }
}
