package org.apikeys.client.security;

import jakarta.security.enterprise.CallerPrincipal;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.client.VerifiedKey;

/** The caller that a key is: named {@code key-<number>}. */
public class ApiKeyPrincipal extends CallerPrincipal {
  private static final long serialVersionUID = 1L;

  private final transient VerifiedKey key;

  public ApiKeyPrincipal(VerifiedKey key) {
    super(key.keyId());
    this.key = key;
  }

  public VerifiedKey key() {
    return key;
  }

  boolean holds(ScopeExpression needed) {
    // a principal that was passivated has lost its key, and with it every scope
    return key != null && needed.isSatisfiedBy(key.held());
  }
}
