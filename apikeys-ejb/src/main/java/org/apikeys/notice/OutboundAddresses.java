package org.apikeys.notice;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves names for messages to the outside. The connection is made to exactly what is answered
 * here, so that a name can't mean another address between the check and the connection. Addresses
 * inside of a network are refused, as those of the server's own neighbours are not for others to
 * reach through it.
 */
final class OutboundAddresses implements DnsResolver {
  private final boolean allowPrivate;

  OutboundAddresses(boolean allowPrivate) {
    this.allowPrivate = allowPrivate;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = SystemDefaultDnsResolver.INSTANCE.resolve(host);
    if (!allowPrivate && Arrays.stream(found).anyMatch(address -> !isPublic(address))) {
      throw new UnknownHostException(
          "the address is not public; apikeys.webhooks.allow-private is not set");
    }
    return found;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  /** Whether it is an address of the Internet at large. */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublicV4(bytes) : isPublicV6(bytes);
  }

  private static boolean isPublicV4(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    int third = bytes[2] & 0xff;
    boolean shared = first == 100 && second >= 64 && second < 128; // RFC 6598
    boolean protocol = first == 192 && second == 0 && (third == 0 || third == 2); // RFC 6890
    boolean benchmark = first == 198 && (second == 18 || second == 19); // RFC 2544
    boolean documentation =
        (first == 198 && second == 51 && third == 100)
            || (first == 203 && second == 0 && third == 113); // RFC 5737
    return first != 0 && first < 224 && !shared && !protocol && !benchmark && !documentation;
  }

  private static boolean isPublicV6(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    // only 2000::/3 is given out; of it not 2001::/23 (RFC 6890), 2001:db8::/32 or 6to4
    boolean global = (first & 0xe0) == 0x20;
    boolean special = first == 0x20 && second == 0x01 && (bytes[2] & 0xfe) == 0;
    boolean documentation =
        first == 0x20 && second == 0x01 && bytes[2] == 0x0d && (bytes[3] & 0xff) == 0xb8;
    boolean sixToFour = first == 0x20 && second == 0x02;
    return global && !special && !documentation && !sixToFour;
  }
}
