package org.apikeys.restriction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apikeys.hot.Memo;

/** The proxies whose word about a client's address counts, from {@code apikeys.trusted-proxies}. */
public final class TrustedProxies {
  /** The peers that connect are few. */
  private static final Memo<String> CANONICAL =
      new Memo<>(
          1_024, peer -> Address.parse(withoutZone(peer)).map(Address::toString).orElse(peer));

  private final List<AddressRange> proxies;

  private TrustedProxies(List<AddressRange> proxies) {
    this.proxies = List.copyOf(proxies);
  }

  /**
   * Reads addresses and networks, separated by commas; nothing trusts nobody.
   *
   * @throws IllegalArgumentException when one can't be read; the message names it
   */
  public static TrustedProxies parse(String setting) {
    List<AddressRange> proxies = new ArrayList<>();
    if (!setting.isBlank()) {
      for (String entry : setting.split(",", -1)) {
        try {
          proxies.add(AddressRange.parse(entry.strip()));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("'" + entry.strip() + "' " + e.getMessage(), e);
        }
      }
    }
    return new TrustedProxies(proxies);
  }

  /** Whether this address is one of the proxies. */
  public boolean trusts(String address) {
    return !proxies.isEmpty() && Address.parse(address).filter(this::trusts).isPresent();
  }

  private boolean trusts(Address address) {
    return proxies.stream().anyMatch(range -> range.contains(address));
  }

  /**
   * The address of the client behind the proxies. Each proxy appends to {@code X-Forwarded-For}
   * whom it was called by, so it is read from the right, as far as it was written by proxies that
   * are trusted; further left a client may have written anything.
   *
   * @param peer the address that the connection comes from
   * @param forwardedFor the values of {@code X-Forwarded-For}, in the order of the headers
   * @return the canonical notation of the address, or {@code peer} as it is when that is none
   */
  public String clientAddress(String peer, List<String> forwardedFor) {
    if (forwardedFor.isEmpty()) {
      return CANONICAL.of(peer);
    }
    Optional<Address> connected = Address.parse(withoutZone(peer));
    if (connected.isEmpty()) {
      return peer;
    }
    Address client = connected.get();
    String chain = String.join(",", forwardedFor);
    int end = chain.length();
    while (end >= 0 && trusts(client)) {
      int comma = chain.lastIndexOf(',', end - 1);
      Optional<Address> next = Address.parse(chain.substring(comma + 1, end).strip());
      if (next.isEmpty()) {
        break;
      }
      client = next.get();
      end = comma;
    }
    return client.toString();
  }

  // The container names the interface of a link-local peer: fe80::1%eth0.
  private static String withoutZone(String peer) {
    int zone = peer.indexOf('%');
    return zone < 0 ? peer : peer.substring(0, zone);
  }
}
