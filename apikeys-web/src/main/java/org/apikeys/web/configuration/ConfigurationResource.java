package org.apikeys.web.configuration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.configuration.ConfigurationDocument;
import org.apikeys.configuration.Configurations;
import org.apikeys.configuration.Restored;
import org.apikeys.store.Json;
import org.apikeys.web.http.IfMatch;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** What administrators have set, as one document: written out, and restored. */
@Path("/v1/configuration")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ConfigurationResource {
  private final Configurations configurations;
  private final Caller caller;

  @Inject
  public ConfigurationResource(Configurations configurations, Caller caller) {
    this.configurations = configurations;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected ConfigurationResource() {
    configurations = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public Response read() {
    ObjectNode document = Json.MAPPER.valueToTree(configurations.read(caller));
    return Response.ok(document).header("ETag", tag(document)).build();
  }

  @PUT
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response restore(
      @HeaderParam("If-Match") @Nullable String ifMatch, @Context UriInfo uri, JsonBody body) {
    boolean dryRun = Boolean.TRUE.equals(Query.of(uri).flag("dry_run"));
    ConfigurationDocument wanted = body.as(ConfigurationDocument.class);
    requirePresent(ifMatch);
    List<Restored> results =
        dryRun ? configurations.compare(caller, wanted) : configurations.restore(caller, wanted);
    ObjectNode answer = Json.MAPPER.createObjectNode().put("dry_run", dryRun);
    ArrayNode parts = answer.putArray("results");
    for (Restored result : results) {
      ObjectNode part = Json.MAPPER.valueToTree(result);
      if (result.secret() != null) {
        part.put("secret", result.secret().reveal());
      }
      parts.add(part);
    }
    return Response.ok(answer).header("Cache-Control", "no-store").build();
  }

  private void requirePresent(@Nullable String ifMatch) {
    IfMatch sent = IfMatch.of(ifMatch);
    if (!sent.any() && !sent.allows(tag(Json.MAPPER.valueToTree(configurations.read(caller))))) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED, "The configuration has changed; read again and repeat.");
    }
  }

  /** Alike for configurations that are alike, whenever they were written out. */
  private static String tag(ObjectNode document) {
    String content = document.deepCopy().without("exported_at").toString();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
