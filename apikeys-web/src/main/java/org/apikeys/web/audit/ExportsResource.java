package org.apikeys.web.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.EvidencePack;
import org.apikeys.audit.ExportFormat;
import org.apikeys.audit.LogExport;
import org.apikeys.audit.LogKeeper;
import org.apikeys.audit.RecordStream;
import org.apikeys.audit.Selection;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Records that are taken away: streamed, however many there are. */
@Path("/v1/audit")
@RequestScoped
@Produces(MediaType.WILDCARD)
public class ExportsResource {
  private static final Pattern KEY_ID = Pattern.compile("(?:key-)?([1-9][0-9]{0,17})");
  private static final int MOST_KEYS = 100;

  private final LogExport export;
  private final RecordStream stream;
  private final EvidencePack evidence;
  private final LogKeeper keeper;
  private final Caller caller;

  @Inject
  public ExportsResource(
      LogExport export,
      RecordStream stream,
      EvidencePack evidence,
      LogKeeper keeper,
      Caller caller) {
    this.export = export;
    this.stream = stream;
    this.evidence = evidence;
    this.keeper = keeper;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ExportsResource() {
    export = null;
    stream = null;
    evidence = null;
    keeper = null;
    caller = null;
  }

  @GET
  @Path("export")
  @RolesAllowed(ManagementScope.AUDIT_EXPORT)
  public Response export(@Context UriInfo uri) {
    Query query = Query.of(uri);
    ExportFormat format = format(query);
    Selection selection = selection(query, Set.of());
    keeper.catchUp();
    LogExport.Extent extent = export.begin(caller, selection, format);
    StreamingOutput lines = out -> stream.write(caller, selection, format, extent.upTo(), out);
    return Response.ok(lines, format.mediaType())
        .header("X-Record-Count", extent.count())
        .header("Content-Disposition", "attachment; filename=\"audit." + format.word() + "\"")
        .header("Cache-Control", "no-store")
        .build();
  }

  @GET
  @Path("evidence")
  @RolesAllowed(ManagementScope.AUDIT_EXPORT)
  public Response evidence(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Selection selection = selection(query, keys(query.text("keys")));
    keeper.catchUp();
    EvidencePack.Begun pack = evidence.begin(caller, selection);
    StreamingOutput zip = out -> evidence.write(pack, out);
    return Response.ok(zip, "application/zip")
        .header("Content-Disposition", "attachment; filename=\"evidence.zip\"")
        .header("Cache-Control", "no-store")
        .build();
  }

  private static ExportFormat format(Query query) {
    String word = query.text("format");
    return Stream.of(ExportFormat.values())
        .filter(format -> word == null ? format == ExportFormat.JSONL : format.word().equals(word))
        .findFirst()
        .orElseThrow(() -> ProblemException.invalid("format", "is one of jsonl, csv, cef, ocsf"));
  }

  private static Selection selection(Query query, Set<String> keys) {
    return new Selection(EventFilters.of(query, null), keys, query.text("subject"));
  }

  private static Set<String> keys(@Nullable String list) {
    Set<String> keys = new TreeSet<>();
    if (list != null) {
      String[] ids = list.split(",", -1);
      for (String id : ids) {
        Matcher key = KEY_ID.matcher(id.strip());
        if (!key.matches() || ids.length > MOST_KEYS) {
          throw ProblemException.invalid(
              "keys", "is at most " + MOST_KEYS + " ids of keys with commas between");
        }
        keys.add("key-" + key.group(1));
      }
    }
    return keys;
  }
}
