package org.apikeys.restriction;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that a key may be used from.
 *
 * @param allow addresses and networks; when empty, any that isn't denied
 * @param deny addresses and networks that are refused although {@code allow} holds them
 */
public record IpRules(
    @Size(max = Restrictions.MAX_ENTRIES, message = "must have at most {max} entries")
        List<@NotNull @Cidr String> allow,
    @Size(max = Restrictions.MAX_ENTRIES, message = "must have at most {max} entries")
        List<@NotNull @Cidr String> deny) {

  /** Any address. */
  public static final IpRules NONE = new IpRules(List.of(), List.of());

  public IpRules {
    allow = listOf(allow);
    deny = listOf(deny);
  }

  // What JSON leaves out arrives as null; a null inside a list stays, for validation to name it.
  static List<String> listOf(@Nullable List<String> entries) {
    return entries == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(entries));
  }
}
