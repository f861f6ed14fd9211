package org.apikeys.restriction;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.IncompatibleAddressException;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apikeys.hot.Memo;
import org.jspecify.annotations.Nullable;

/**
 * One IP address as numbers. An IPv4 address inside IPv6 ({@code ::ffff:192.0.2.1}, RFC 4291
 * 2.5.5.2) is the IPv4 address: a rule can't be passed by by writing an address another way.
 *
 * @param ipv4 the family
 * @param high the first 64 bits of an IPv6 address
 * @param low the last 64 bits of an IPv6 address, or the 32 of an IPv4 address
 */
public record Address(boolean ipv4, long high, long low) {
  static final Address FIRST_IPV4 = new Address(true, 0, 0);
  static final Address FIRST_IPV6 = new Address(false, 0, 0);

  /** The longest notation: six groups, an embedded IPv4 address, and a prefix length. */
  private static final int MAX_LENGTH = 49;

  private static final long MAPPED = 0xFFFFL << 32;
  private static final long IPV4_MASK = 0xFFFF_FFFFL;

  /** Of 128, in characters. */
  private static final int LONGEST_PREFIX_LENGTH = 3;

  private static final IPAddressStringParameters SINGLE = strict(false);
  private static final IPAddressStringParameters SINGLE_OR_NETWORK = strict(true);

  /** A gateway sends the addresses of few clients in the same second. */
  private static final Memo<Optional<Address>> READ =
      new Memo<>(4_096, text -> read(text, SINGLE).map(Address::of));

  /**
   * Reads an address in its standard notation and no other: no octal, hexadecimal or short IPv4, no
   * zone, port, prefix length, host name or space.
   */
  public static Optional<Address> parse(String text) {
    return READ.of(text);
  }

  /** Whether {@link #parse} can read it. */
  public static boolean isAddress(String text) {
    return parse(text).isPresent();
  }

  static Optional<IPAddress> readNetwork(String text) {
    int slash = text.indexOf('/');
    return slash < 0 || isPrefixLength(text.substring(slash + 1))
        ? read(text, SINGLE_OR_NETWORK)
        : Optional.empty();
  }

  /** The library takes zeros in front, and fails on a number with more than ten digits. */
  private static boolean isPrefixLength(String text) {
    return text.length() <= LONGEST_PREFIX_LENGTH
        && (text.length() == 1 || !text.startsWith("0"))
        && text.chars().allMatch(character -> character >= '0' && character <= '9');
  }

  static Address of(IPAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getBytes());
    if (address.isIPv4()) {
      return new Address(true, 0, bytes.getInt() & IPV4_MASK);
    }
    long high = bytes.getLong();
    long low = bytes.getLong();
    return high == 0 && (low & ~IPV4_MASK) == MAPPED
        ? new Address(true, 0, low & IPV4_MASK)
        : new Address(false, high, low);
  }

  /** The next of its family; null after the last. */
  @Nullable Address next() {
    if (low == (ipv4 ? IPV4_MASK : -1L)) {
      return ipv4 || high == -1L ? null : new Address(false, high + 1, 0);
    }
    return new Address(ipv4, high, low + 1);
  }

  /** Compares addresses of one family. */
  boolean isAtMost(Address other) {
    int order = Long.compareUnsigned(high, other.high);
    return order < 0 || (order == 0 && Long.compareUnsigned(low, other.low) <= 0);
  }

  private static Optional<IPAddress> read(String text, IPAddressStringParameters parameters) {
    if (text.length() > MAX_LENGTH || !text.chars().allMatch(Address::isExpected)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(new IPAddressString(text, parameters).toAddress());
    } catch (AddressStringException | IncompatibleAddressException e) {
      return Optional.empty();
    }
  }

  // The library trims spaces, and knows more notations than anyone can switch off by heart.
  private static boolean isExpected(int character) {
    return (character >= '0' && character <= '9')
        || (character >= 'a' && character <= 'f')
        || (character >= 'A' && character <= 'F')
        || character == '.'
        || character == ':'
        || character == '/';
  }

  private static IPAddressStringParameters strict(boolean network) {
    IPAddressStringParameters.Builder builder =
        new IPAddressStringParameters.Builder()
            .allowEmpty(false)
            .allowAll(false)
            .allowSingleSegment(false)
            .allowWildcardedSeparator(false)
            .allowMask(false)
            .allowPrefixOnly(false)
            .allowPrefix(network)
            .setRangeOptions(RangeParameters.NO_RANGE);
    builder
        .getIPv4AddressParametersBuilder()
        .allow_inet_aton(false)
        .allowBinary(false)
        .allowLeadingZeros(false)
        .allowPrefixesBeyondAddressSize(false);
    builder
        .getIPv6AddressParametersBuilder()
        .allowZone(false)
        .allowBase85(false)
        .allowBinary(false)
        .allowUnlimitedLeadingZeros(false)
        .allowPrefixesBeyondAddressSize(false)
        .getEmbeddedIPv4AddressParametersBuilder()
        .allow_inet_aton(false)
        .allowBinary(false)
        .allowLeadingZeros(false);
    return builder.toParams();
  }

  /** The canonical notation; of IPv6 that of RFC 5952. */
  @Override
  public String toString() {
    return ipv4
        ? new IPv4Address((int) low).toCanonicalString()
        : new IPv6Address(ByteBuffer.allocate(16).putLong(high).putLong(low).array())
            .toCanonicalString();
  }
}
