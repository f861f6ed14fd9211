package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;

/** Shows publishable keys again, each with its record. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_REVEAL)
public class KeyValues {
  private final ApiKeys keys;
  private final Authority authority;
  private final KeyMaterial material;
  private final KeyRecorder recorder;
  private final Clock clock;

  @Inject
  public KeyValues(
      ApiKeys keys, Authority authority, KeyMaterial material, KeyRecorder recorder, Clock clock) {
    this.keys = keys;
    this.authority = authority;
    this.material = material;
    this.recorder = recorder;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public KeyValues() {
    keys = null;
    authority = null;
    material = null;
    recorder = null;
    clock = null;
  }

  /** Shows one key; refused when it can't be shown, or not to this caller. */
  public IssuedKey reveal(Caller caller, long id) {
    ApiKey key = keys.toChange(caller, id);
    byte[] sealed = key.sealedValue();
    if (sealed == null) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "Of a secret key only a hash is kept: it can't be shown again. Rotate it instead.");
    }
    authority.requireMayHoldSecret(caller, key);
    Secret value = opened(caller, key, sealed);
    return new IssuedKey(KeyView.of(key, keys.usageOf(id), clock.instant()), value);
  }

  /** The whole values of those keys that can be shown, and shown to this caller. */
  public Map<Long, Secret> reveal(Caller caller, Collection<Long> ids) {
    Map<Long, Secret> values = new LinkedHashMap<>();
    for (long id : ids) {
      keys.byId(id)
          .filter(key -> key.isSeenBy(caller) && mayHold(caller, key))
          .ifPresent(
              key -> {
                byte[] sealed = key.sealedValue();
                if (sealed != null) {
                  values.put(id, opened(caller, key, sealed));
                }
              });
    }
    return values;
  }

  private Secret opened(Caller caller, ApiKey key, byte[] sealed) {
    Secret value = material.sealing().open(sealed, KeyIssuer.sealedFor(key));
    recorder.noted(key, AuditEntry.of(caller, Action.KEY_REVEALED));
    return value;
  }

  private boolean mayHold(Caller caller, ApiKey key) {
    try {
      authority.requireMayHoldSecret(caller, key);
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }
}
