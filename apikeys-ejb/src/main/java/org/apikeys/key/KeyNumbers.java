package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.limit.GateRules;
import org.apikeys.limit.WindowLimits;
import org.jspecify.annotations.Nullable;

/** Which keys exist for a gateway that reports about them. */
@Stateless
@RolesAllowed(ManagementScope.USAGE_WRITE)
public class KeyNumbers {
  /** Who holds this role stands in front of the keys of everybody. */
  private static final String GATEWAY = "gateway";

  private final ApiKeys keys;

  @Inject
  public KeyNumbers(ApiKeys keys) {
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  public KeyNumbers() {
    keys = null;
  }

  /**
   * What a report about a key has to know of it.
   *
   * @param generation its present one
   * @param rules its limits beyond plain windows; null when there are none
   */
  public record Reported(int generation, WindowLimits windows, @Nullable GateRules rules) {}

  /** Those of these keys that the caller may report on. */
  public Map<Long, Reported> reported(Caller caller, Collection<Long> numbers) {
    boolean all = caller.seesWholeOrganization() || caller.roles().contains(GATEWAY);
    return keys.configurations(caller.organizationId(), all ? null : caller.owner(), numbers);
  }
}
