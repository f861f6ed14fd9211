package org.apikeys.restriction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, 203.0.113.9",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:0db8::0001, 2001:db8::1",
    "::, ::",
    "::1, ::1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::FFFF:c000:0201, 192.0.2.1",
    "0:0:0:0:0:ffff:192.0.2.1, 192.0.2.1",
    "::192.0.2.1, ::c000:201",
    "fe80::1, fe80::1",
  })
  void readsTheStandardNotations(String text, String canonical) {
    assertThat(Address.parse(text)).hasValueSatisfying(a -> assertThat(a).hasToString(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "*",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.04",
        "0x1.2.3.4",
        "1.2.3.0x4",
        "3232235777",
        "0300.0250.1.1",
        "1.2.3.*",
        "1.2.3.1-5",
        "1.2.3.4/32",
        "1.2.3.4/",
        "1.2.3.4:80",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4\n",
        "1.2.3.-4",
        "+1.2.3.4",
        "1..3.4",
        "1.2.3.4.",
        "localhost",
        "example.com",
        "::1%eth0",
        "[::1]",
        "::1/128",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "::ffff:1.2.3",
        "::ffff:01.2.3.4",
        "::g",
        "2001:db8",
        "4)+k&C#VzJ4br>0wv%Yp",
        "\u0661.2.3.4",
        "\uff11.2.3.4",
        "1\u30022.3.4",
        "1.2.3.4\u0000"
      })
  void readsNothingElse(String text) {
    assertThat(Address.parse(text)).isEmpty();
    assertThat(Address.isAddress(text)).isFalse();
  }

  @Test
  void readsBackWhatItWrites() {
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      boolean ipv4 = random.nextBoolean();
      Address address =
          ipv4
              ? new Address(true, 0, random.nextInt() & 0xFFFF_FFFFL)
              : new Address(false, random.nextLong() | 1, random.nextLong());
      assertThat(Address.parse(address.toString())).contains(address);
    }
  }

  @Test
  void survivesAnyText() {
    Random random = new Random(12);
    String characters = "0123456789abcdefABCDEFx.:/%-*[] \u0660\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(20);
      while (text.length() < length) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      Address.parse(text.toString())
          .ifPresent(address -> assertThat(Address.parse(address.toString())).contains(address));
    }
  }
}
