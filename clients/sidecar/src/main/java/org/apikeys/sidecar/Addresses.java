package org.apikeys.sidecar;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies whose word about a client's address counts, and the reading of addresses: in standard
 * notation alone, and never by a look-up of a name. Where notations are in doubt it reads less than
 * the server does, which is asked then.
 */
final class Addresses {
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;
  private static final int LONGEST = 45;

  private static final int MOST_CHAINS = 4_096;

  private final List<IpSubnetFilterRule> trusted;

  /** Whether peers are trusted, and what chains of trusted peers come to: few come at a time. */
  private final Memo<String, Boolean> peers = new Memo<>(MOST_CHAINS, this::isTrusted);

  private final Memo<String, String> chains = new Memo<>(MOST_CHAINS, this::client);

  private Addresses(List<IpSubnetFilterRule> trusted) {
    this.trusted = List.copyOf(trusted);
  }

  /**
   * Reads addresses and networks, separated by commas; nothing trusts nobody.
   *
   * @throws IllegalArgumentException when one can't be read; the message names it
   */
  static Addresses parse(String setting) {
    List<IpSubnetFilterRule> trusted = new ArrayList<>();
    if (!setting.isBlank()) {
      for (String entry : setting.split(",", -1)) {
        trusted.add(rule(entry.strip()));
      }
    }
    return new Addresses(trusted);
  }

  private static IpSubnetFilterRule rule(String entry) {
    int slash = entry.indexOf('/');
    InetAddress address = read(slash < 0 ? entry : entry.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("'" + entry + "' is no address and no network");
    }
    int most = address.getAddress().length * 8 == IPV4_BITS ? IPV4_BITS : IPV6_BITS;
    try {
      int bits = slash < 0 ? most : Integer.parseInt(entry.substring(slash + 1));
      return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + entry + "' has no prefix length up to " + most, e);
    }
  }

  /** Whether the text is an address in its standard notation. */
  static boolean isAddress(String text) {
    return read(text) != null;
  }

  /** Whether the peer's forwarded headers are believed. */
  boolean trusts(String peer) {
    return !trusted.isEmpty() && peers.of(peer);
  }

  private boolean isTrusted(String peer) {
    InetAddress address = read(peer);
    return address != null && trusts(address);
  }

  private boolean trusts(InetAddress address) {
    InetSocketAddress socket = new InetSocketAddress(address, 0);
    for (IpSubnetFilterRule rule : trusted) {
      if (rule.matches(socket)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The address of the client behind the proxies: {@code X-Forwarded-For} from the right, as far as
   * it was written by proxies that are trusted.
   *
   * @param forwardedFor the values of the header, in their order
   */
  String client(String peer, List<String> forwardedFor) {
    if (forwardedFor.isEmpty() || !trusts(peer)) {
      return peer;
    }
    String chain = forwardedFor.size() == 1 ? forwardedFor.get(0) : String.join(",", forwardedFor);
    String client = chains.of(chain);
    return client.isEmpty() ? peer : client;
  }

  /** Whom a chain ends with that a trusted peer has sent; empty when that can't be read. */
  private String client(String chain) {
    InetAddress client = null;
    int end = chain.length();
    while (end >= 0 && (client == null || trusts(client))) {
      int comma = chain.lastIndexOf(',', end - 1);
      InetAddress next = read(chain.substring(comma + 1, end).strip());
      if (next == null) {
        break;
      }
      client = next;
      end = comma;
    }
    return client == null ? "" : NetUtil.toAddressString(client);
  }

  /** An IPv4 address inside IPv6 comes out as the IPv4 address. */
  private static @Nullable InetAddress read(String text) {
    boolean plain = text.length() <= LONGEST && text.indexOf('%') < 0 && text.indexOf('[') < 0;
    return plain && !hasLeadingZero(text)
        ? NetUtil.createInetAddressFromIpAddressString(text)
        : null;
  }

  /** Some read a part of an IPv4 address that begins with 0 as octal. */
  private static boolean hasLeadingZero(String text) {
    boolean begins = true;
    for (int i = 0; i < text.length() - 1; i++) {
      char character = text.charAt(i);
      if (begins
          && character == '0'
          && text.charAt(i + 1) >= '0'
          && text.charAt(i + 1) <= '9'
          && text.indexOf('.') >= 0) {
        return true;
      }
      begins = character == '.' || character == ':';
    }
    return false;
  }
}
