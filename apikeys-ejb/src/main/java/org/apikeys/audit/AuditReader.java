package org.apikeys.audit;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.jspecify.annotations.Nullable;

/** Shows the log to auditors. Looking is recorded too. */
@Stateless
@RolesAllowed(ManagementScope.AUDIT_READ)
public class AuditReader {
  private final AuditRecords records;
  private final RecordViews views;
  private final AuditLog log;

  @Inject
  public AuditReader(AuditRecords records, RecordViews views, AuditLog log) {
    this.records = records;
    this.views = views;
    this.log = log;
  }

  @SuppressWarnings("NullAway")
  public AuditReader() {
    records = null;
    views = null;
    log = null;
  }

  /**
   * One page.
   *
   * @param events the records, newest first
   * @param last the sequence to go on before; null at the end
   */
  public record Page(List<JsonNode> events, @Nullable Long last) {}

  /** The records that the caller may see, newest first. */
  public Page list(Caller caller, EventFilter filter, int size) {
    List<AuditRecord> found = records.find(filter, seenBy(caller), size + 1);
    boolean more = found.size() > size;
    List<AuditRecord> page = more ? found.subList(0, size) : found;
    Page answer = new Page(views.shown(page), more ? page.get(page.size() - 1).sequence() : null);
    log.record(AuditEntry.of(caller, Action.AUDIT_LISTED));
    return answer;
  }

  /** One record; one of another organization does not exist. */
  public JsonNode read(Caller caller, long sequence) {
    JsonNode record =
        records
            .bySequence(sequence)
            .filter(found -> found.isVisibleTo(caller))
            .map(views::shown)
            .orElseThrow(() -> ProblemException.notFound("audit record"));
    log.record(
        AuditEntry.of(caller, Action.AUDIT_READ)
            .on("audit", sequence, record.path("action").asText()));
    return record;
  }

  /** The auditors of the default organization see all; others their own. */
  private static @Nullable Long seenBy(Caller caller) {
    return caller.organizationId() == Caller.DEFAULT_ORGANIZATION ? null : caller.organizationId();
  }
}
