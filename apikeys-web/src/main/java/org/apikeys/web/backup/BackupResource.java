package org.apikeys.web.backup;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.backup.BackupOrder;
import org.apikeys.backup.BackupStream;
import org.apikeys.backup.Backups;
import org.apikeys.web.http.JsonBody;

/** One call that takes a copy of everything. */
@Path("/v1/backup")
@RequestScoped
public class BackupResource {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Backups backups;
  private final BackupStream stream;
  private final Caller caller;
  private final Clock clock;

  @Inject
  public BackupResource(Backups backups, BackupStream stream, Caller caller, Clock clock) {
    this.backups = backups;
    this.stream = stream;
    this.caller = caller;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected BackupResource() {
    backups = null;
    stream = null;
    caller = null;
    clock = null;
  }

  @POST
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.WILDCARD)
  public Response backup(JsonBody body) {
    BackupOrder order = body.as(BackupOrder.class);
    stream.requireIdle();
    backups.begin(caller, order);
    StreamingOutput copy = out -> stream.write(order, out);
    return Response.ok(copy, MediaType.APPLICATION_OCTET_STREAM)
        .header(
            "Content-Disposition",
            "attachment; filename=\"apikeys-" + STAMP.format(clock.instant()) + ".backup\"")
        .header("Cache-Control", "no-store")
        .build();
  }
}
