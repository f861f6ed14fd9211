package org.apikeys.restriction;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Whatever is written as an address or a network, it means one thing, or is refused. */
class AddressFuzzTest {

  @FuzzTest
  void readsAnAddressOrANetworkOrRefusesIt(byte[] data) throws UnknownHostException {
    String text = new String(data, StandardCharsets.UTF_8);
    Address address = Address.parse(text).orElse(null);
    if (address != null) {
      assertThat(Address.parse(address.toString())).contains(address);
      // what is an address here is a literal for the platform too, and the same one
      String platforms = InetAddress.getByName(text).getHostAddress();
      assertThat(Address.parse(platforms)).contains(address);
    }
    AddressRange range;
    try {
      range = AddressRange.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      assertThat(address).isNull();
      return;
    }
    assertThat(range.contains(range.lower())).isTrue();
    assertThat(range.contains(range.upper())).isTrue();
    assertThat(range.contains(range)).isTrue();
    if (address != null) {
      assertThat(range).isEqualTo(new AddressRange(address, address));
    }
  }
}
