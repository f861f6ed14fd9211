package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Instant;
import org.apikeys.api.cluster.Changed;
import org.apikeys.api.cluster.Topic;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what became of keys. Whoever changes one tells it here, in the same transaction: then the
 * change is a version of the key, in the audit log, and known to every node that decides about it.
 */
@ApplicationScoped
class KeyRecorder {
  private final ApiKeys keys;
  private final AuditLog audit;
  private final Event<Changed> changes;

  @Inject
  KeyRecorder(ApiKeys keys, AuditLog audit, Event<Changed> changes) {
    this.keys = keys;
    this.audit = audit;
    this.changes = changes;
  }

  @SuppressWarnings("NullAway")
  protected KeyRecorder() {
    keys = null;
    audit = null;
    changes = null;
  }

  /** A key is new; null when nobody had to approve of it. */
  void made(ApiKey key, AuditEntry entry, @Nullable Approval approval, Instant now) {
    keys.addFirstVersion(key, entry.caller().name(), approval, now);
    announced(key, entry);
    keys.flush();
  }

  /** A key has changed; what was approved of it stays so. */
  void changed(ApiKey key, AuditEntry entry, Instant now) {
    changed(key, entry, keys.approvalOf(key.id()), now);
  }

  /** A key has changed; null when what it allows now was not approved by anybody. */
  void changed(ApiKey key, AuditEntry entry, @Nullable Approval approval, Instant now) {
    keys.addVersion(key, entry.caller().name(), approval, now);
    announced(key, entry);
    keys.flush();
  }

  /** Something beside a key has changed that nodes decide by. */
  void announced(ApiKey key, AuditEntry entry) {
    noted(key, entry);
    changes.fire(new Changed(Topic.KEY, key.id()));
  }

  /** Something was done that leaves the key, and what nodes decide by, as it was. */
  void noted(ApiKey key, AuditEntry entry) {
    audit.record(entry.on("key", "key-" + key.id(), key.configuration().name()));
  }
}
