package org.apikeys.restriction;

import java.util.Locale;

/** The network that an address is in: a /24 of IPv4, a /48 of IPv6. */
public final class Networks {
  private Networks() {}

  /** The network in CIDR notation, of an address as it is written (RFC 5952). */
  public static String of(String address) {
    if (address.indexOf(':') < 0) {
      int dot = address.lastIndexOf('.');
      return dot < 0 ? address : address.substring(0, dot) + ".0/24";
    }
    String[] groups = new String[3];
    String[] given = address.split(":", -1);
    boolean gap = false;
    for (int i = 0; i < groups.length; i++) {
      // behind "::" there are zeros, as far as the first three groups go
      gap = gap || i >= given.length || given[i].isEmpty();
      groups[i] = gap ? "0" : given[i].toLowerCase(Locale.ROOT);
    }
    return String.join(":", groups) + "::/48";
  }
}
