package org.apikeys.restriction;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link IpRules} made for quick deciding. */
public final class IpMatcher {
  private final AddressRange[] allow;
  private final AddressRange[] deny;

  private IpMatcher(AddressRange[] allow, AddressRange[] deny) {
    this.allow = allow;
    this.deny = deny;
  }

  /**
   * Compiles rules.
   *
   * @throws IllegalArgumentException when one can't be read
   */
  public static IpMatcher compile(IpRules rules) {
    return new IpMatcher(ranges(rules.allow()), ranges(rules.deny()));
  }

  private static AddressRange[] ranges(List<String> entries) {
    return entries.stream().map(AddressRange::parse).toArray(AddressRange[]::new);
  }

  /** Whether a call from there passes; without or with a malformed address only if any does. */
  public boolean allows(@Nullable String ip) {
    if (isOpen()) {
      return true;
    }
    Address address = ip == null ? null : Address.parse(ip).orElse(null);
    return address != null && allows(address);
  }

  /** Whether a call from there passes: {@code deny} goes before {@code allow}. */
  public boolean allows(Address address) {
    return !holds(deny, address) && (allow.length == 0 || holds(allow, address));
  }

  /** Whether every call passes, also one whose address nobody knows. */
  public boolean isOpen() {
    return allow.length == 0 && deny.length == 0;
  }

  /** Whether every IPv4 address or every IPv6 address is allowed, in one network or in pieces. */
  boolean allowsAWholeFamily() {
    return allow.length == 0 || allowsAll(Address.FIRST_IPV4) || allowsAll(Address.FIRST_IPV6);
  }

  private boolean allowsAll(Address first) {
    Address next = first;
    while (next != null) {
      AddressRange range = rangeOf(next);
      if (range == null) {
        return false;
      }
      next = range.upper().next();
    }
    return true;
  }

  private @Nullable AddressRange rangeOf(Address address) {
    return Arrays.stream(allow).filter(range -> range.contains(address)).findFirst().orElse(null);
  }

  /** See {@link Restrictions#isWithin}. A network given in halves there is not recognized. */
  boolean isWithin(IpMatcher other) {
    if (isOpen() || other.isOpen()) {
      return other.isOpen();
    }
    return allowsOnlyWhatIsAllowedBy(other) && deniesAllThatIsDeniedBy(other);
  }

  private boolean allowsOnlyWhatIsAllowedBy(IpMatcher other) {
    if (other.allow.length == 0) {
      return true;
    }
    return allow.length > 0
        && Arrays.stream(allow).allMatch(range -> isDenied(range) || holds(other.allow, range));
  }

  private boolean deniesAllThatIsDeniedBy(IpMatcher other) {
    return Arrays.stream(other.deny)
        .allMatch(
            denied ->
                allow.length == 0
                    ? isDenied(denied)
                    : Arrays.stream(allow)
                        .filter(denied::overlaps)
                        .map(range -> denied.contains(range) ? range : denied)
                        .allMatch(this::isDenied));
  }

  private boolean isDenied(AddressRange range) {
    return holds(deny, range);
  }

  private static boolean holds(AddressRange[] ranges, AddressRange range) {
    return Arrays.stream(ranges).anyMatch(candidate -> candidate.contains(range));
  }

  // A plain loop: this one runs for every call.
  private static boolean holds(AddressRange[] ranges, Address address) {
    for (AddressRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
