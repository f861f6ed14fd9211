package org.apikeys.request;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.UserKeys;

/**
 * Orders the one key of a user who is known by an e-mail address. A new key replaces the old at
 * once; one that is only asked for replaces it when it is claimed, and until then the old one goes
 * on.
 */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class UserKeyOrders {
  private final KeyOrders orders;
  private final UserKeys keys;

  @Inject
  public UserKeyOrders(KeyOrders orders, UserKeys keys) {
    this.orders = orders;
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  public UserKeyOrders() {
    orders = null;
    keys = null;
  }

  /** Orders the user's key. */
  public KeyOrders.Outcome replace(Caller caller, String email, KeyConfiguration order) {
    KeyOrders.Outcome outcome =
        orders.issueToUser(caller, keys.orderFor(caller, email, order), email);
    if (outcome instanceof KeyOrders.Issued issued) {
      keys.replaceBy(caller, email, issued.key().view().id());
    }
    return outcome;
  }
}
