package org.apikeys.restriction;

import inet.ipaddr.IPAddress;

/** The addresses of a network, or a single one. Two ranges are nested or apart, never across. */
record AddressRange(Address lower, Address upper) {

  /**
   * Reads an address or a network in CIDR notation.
   *
   * @throws IllegalArgumentException when the text is neither; the message says what would be
   *     right, and quotes nothing of the text
   */
  static AddressRange parse(String text) {
    IPAddress network =
        Address.readNetwork(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "must be an IP address or a network such as 203.0.113.0/24 or"
                            + " 2001:db8::/32"));
    IPAddress block = network.isPrefixed() ? network.toPrefixBlock() : network;
    if (!block.getLower().equals(network.getLower())) {
      throw new IllegalArgumentException(
          "names an address and a prefix length; the network is " + block.toCanonicalString());
    }
    Address lower = Address.of(block.getLower());
    Address upper = Address.of(block.getUpper());
    if (lower.ipv4() != upper.ipv4()) {
      throw new IllegalArgumentException(
          "must not mix IPv4 and IPv6; ::ffff:0:0/96 and 0.0.0.0/0 name every IPv4 address");
    }
    return new AddressRange(lower, upper);
  }

  boolean contains(Address address) {
    return address.ipv4() == lower.ipv4() && lower.isAtMost(address) && address.isAtMost(upper);
  }

  boolean contains(AddressRange other) {
    return contains(other.lower) && contains(other.upper);
  }

  boolean overlaps(AddressRange other) {
    return contains(other.lower) || other.contains(lower);
  }
}
