package org.apikeys.backup;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Check;

/** Who may take a copy of everything, and the records of copies. */
@Stateless
@RolesAllowed(ManagementScope.ORGS_MANAGE)
public class Backups {
  @PersistenceContext EntityManager store;
  private final AuditLog log;
  private final Check check;

  @Inject
  public Backups(AuditLog log, Check check) {
    this.log = log;
    this.check = check;
  }

  @SuppressWarnings("NullAway")
  public Backups() {
    log = null;
    check = null;
  }

  /** Lets the caller take one, which is recorded before anything leaves. */
  public void begin(Caller caller, BackupOrder order) {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "This is for administrators of the default organization.");
    }
    check.valid(order);
    log.record(
        AuditEntry.of(caller, Action.BACKUP_CREATED).on("backup", "whole", "whole installation"));
  }

  /** Records that this store came out of a backup, once. */
  @PermitAll
  @SuppressWarnings("unchecked")
  public void recordRestored() {
    List<Object> restored =
        store
            .createNativeQuery("SELECT id FROM restored_backup WHERE is_recorded = FALSE")
            .getResultList();
    for (Object id : restored) {
      store
          .createNativeQuery("UPDATE restored_backup SET is_recorded = TRUE WHERE id = ?1")
          .setParameter(1, id)
          .executeUpdate();
      log.record(
          AuditEntry.of(Caller.system(), Action.BACKUP_RESTORED)
              .on("backup", id, "whole installation"));
    }
  }
}
