package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.tenant.Directory;

/** Who may be told that there is a report to read. */
@ApplicationScoped
class ReportReaders {
  private final Directory directory;

  @Inject
  ReportReaders(Directory directory) {
    this.directory = directory;
  }

  @SuppressWarnings("NullAway")
  protected ReportReaders() {
    directory = null;
  }

  /** Whether it is an enabled person of the organization whose roles let them read reports. */
  boolean has(long organizationId, String username) {
    return directory
        .stateOf(username)
        .filter(
            person ->
                person.active()
                    && person.organizationId() == organizationId
                    && ManagementScope.ofRoles(person.roles())
                        .contains(ManagementScope.REPORTS_READ))
        .isPresent();
  }
}
