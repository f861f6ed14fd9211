package org.apikeys.web.audit;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditReader;
import org.apikeys.audit.EventFilter;
import org.apikeys.audit.LogKeeper;
import org.apikeys.audit.LogProofs;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** The audit log. */
@Path("/v1/audit/events")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
  private static final Pattern CURSOR = Pattern.compile("before:([1-9][0-9]{0,17})");

  private final AuditReader reader;
  private final LogProofs proofs;
  private final LogKeeper keeper;
  private final Caller caller;

  @Inject
  public AuditResource(AuditReader reader, LogProofs proofs, LogKeeper keeper, Caller caller) {
    this.reader = reader;
    this.proofs = proofs;
    this.keeper = keeper;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected AuditResource() {
    reader = null;
    proofs = null;
    keeper = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public Map<String, @Nullable Object> list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    EventFilter filter = EventFilters.of(query, cursor(query.text("cursor")));
    keeper.catchUp();
    AuditReader.Page page = reader.list(caller, filter, query.size());
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("events", page.events());
    answer.put("next_cursor", page.last() == null ? null : cursor(page.last()));
    return answer;
  }

  @GET
  @Path("{sequence}")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  public JsonNode read(@PathParam("sequence") String sequence) {
    return reader.read(caller, PathNumber.of(sequence, "audit record"));
  }

  @GET
  @Path("{sequence}/leaf")
  @RolesAllowed(ManagementScope.AUDIT_READ)
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public byte[] leaf(@PathParam("sequence") String sequence) {
    return proofs.leaf(caller, PathNumber.of(sequence, "audit record"));
  }

  private static @Nullable Long cursor(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Matcher cursor =
          CURSOR.matcher(
              new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
      if (cursor.matches()) {
        return Long.valueOf(cursor.group(1));
      }
    } catch (IllegalArgumentException e) {
      // told below, like any other text that is no cursor
    }
    throw ProblemException.invalid("cursor", "is not one that an answer gave");
  }

  private static String cursor(long before) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("before:" + before).getBytes(StandardCharsets.US_ASCII));
  }
}
