package org.apikeys.audit;

import java.util.List;

/** An audit log without a store: what is recorded goes to a list. */
public final class RecordedOnly extends AuditLog {
  private final List<AuditEntry> recorded;

  public RecordedOnly(List<AuditEntry> recorded) {
    this.recorded = recorded;
  }

  @Override
  public void record(AuditEntry entry) {
    recorded.add(entry);
  }
}
