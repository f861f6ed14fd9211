package org.apikeys.web.permission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyView;
import org.apikeys.permission.MadeSet;
import org.apikeys.permission.MadeSets;
import org.apikeys.permission.PermissionSetOrder;
import org.apikeys.permission.PermissionSets;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.apikeys.web.http.ReadOnlyFields;
import org.jspecify.annotations.Nullable;

/** Permission sets of administrators, and the keys that a change of one would touch. */
@Path("/v1/permission-sets")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PermissionSetsResource {
  private static final String PATH = "/api/v1/permission-sets";
  private static final List<String> READ_ONLY =
      List.of("id", "version", "created_by", "created_at", "updated_at", "keys_touched");

  private final PermissionSets sets;
  private final MadeSets made;
  private final KeyReader keys;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public PermissionSetsResource(
      PermissionSets sets, MadeSets made, KeyReader keys, Creation creation, Caller caller) {
    this.sets = sets;
    this.made = made;
    this.keys = keys;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected PermissionSetsResource() {
    sets = null;
    made = null;
    keys = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.KEYS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    return Listing.of("permission_sets", made.list(caller, query.page(), query.size()), query);
  }

  @POST
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    PermissionSetOrder order = body.as(PermissionSetOrder.class);
    return creation.create(
        caller,
        "POST " + PATH,
        idempotencyKey,
        body,
        () -> {
          MadeSet set = sets.create(caller, order);
          return new Created(PATH + "/" + set.id(), set.version(), Json.MAPPER.valueToTree(set));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Response read(@PathParam("id") String id) {
    return answer(made.read(caller, PathNumber.of(id, "permission set")));
  }

  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    long number = PathNumber.of(id, "permission set");
    ObjectNode wanted =
        ReadOnlyFields.changed(body.node(), shown(made.read(caller, number)), READ_ONLY);
    PermissionSetOrder order = new JsonBody(wanted).as(PermissionSetOrder.class);
    return answer(sets.change(caller, number, order, EntityTags.expected(ifMatch)));
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public Map<String, String> delete(
      @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch) {
    sets.delete(caller, PathNumber.of(id, "permission set"), EntityTags.expected(ifMatch));
    return Map.of("message", "Permission set deleted; keys that hold it hold nothing by it");
  }

  /** The keys that hold the set: to be looked at before it is changed. */
  @GET
  @Path("{id}/keys")
  @RolesAllowed(ManagementScope.PLUGINS_MANAGE)
  public ObjectNode touched(@PathParam("id") String id, @Context UriInfo uri) {
    Query query = Query.of(uri);
    String name = made.read(caller, PathNumber.of(id, "permission set")).name();
    Page<KeyView> found = keys.holdingSet(caller, name, query.page(), query.size());
    return Listing.of(
        "keys", new Page<>(found.items().stream().map(Touched::of).toList(), found.total()), query);
  }

  /** A key that holds a set. */
  record Touched(
      long id, String keyId, String name, String owner, String environment, String status) {
    static Touched of(KeyView key) {
      return new Touched(
          key.id(),
          key.keyId(),
          key.configuration().name(),
          String.valueOf(key.configuration().owner()),
          key.configuration().environment(),
          key.status());
    }
  }

  @GET
  @Path("{id}/versions")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public ObjectNode versions(@PathParam("id") String id, @Context UriInfo uri) {
    Query query = Query.of(uri);
    long set = PathNumber.of(id, "permission set");
    return Listing.of("versions", made.versions(caller, set, query.page(), query.size()), query);
  }

  private Response answer(MadeSet set) {
    return Response.ok(shown(set)).header("ETag", EntityTags.of(set.version())).build();
  }

  private ObjectNode shown(MadeSet set) {
    ObjectNode shown = Json.MAPPER.valueToTree(set);
    return shown.put("keys_touched", keys.holdingSet(caller, set.name(), 1, 1).total());
  }
}
