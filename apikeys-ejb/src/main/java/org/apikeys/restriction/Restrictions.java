package org.apikeys.restriction;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * From where a key may be used. A call must pass both kinds of rules.
 *
 * @param ip the addresses
 * @param referrers patterns of the pages, see {@link ReferrerPattern}; when empty, any page and
 *     none
 */
public record Restrictions(
    @Valid IpRules ip,
    @Size(max = MAX_ENTRIES, message = "must have at most {max} entries")
        List<@NotNull @ReferrerPattern String> referrers) {

  /** The most entries of one list. */
  public static final int MAX_ENTRIES = 100;

  /** From anywhere. */
  public static final Restrictions NONE = new Restrictions(IpRules.NONE, List.of());

  // What JSON leaves out arrives as null.
  public Restrictions {
    ip = ip == null ? IpRules.NONE : ip;
    referrers = IpRules.listOf(referrers);
  }

  /** Whether there is no rule at all. */
  public boolean unrestricted() {
    return equals(NONE);
  }

  /** Whether a call passes from any page and from any address, at least of one family. */
  public boolean fromAnywhere() {
    return referrers.isEmpty() && IpMatcher.compile(ip).allowsAWholeFamily();
  }

  /**
   * Whether every call that passes here passes there too. It answers false when that is unsure, so
   * that a change which may widen is taken for one that does.
   */
  public boolean isWithin(Restrictions other) {
    try {
      return IpMatcher.compile(ip).isWithin(IpMatcher.compile(other.ip))
          && ReferrerMatcher.compile(referrers).isWithin(ReferrerMatcher.compile(other.referrers));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
