package org.apikeys.web.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
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
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonOrder;
import org.apikeys.tenant.PersonView;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.apikeys.web.http.ReadOnlyFields;
import org.jspecify.annotations.Nullable;

/** The people of the built-in directory. */
@Path("/v1/users")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class UsersResource {
  private final Directory directory;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public UsersResource(Directory directory, Creation creation, Caller caller) {
    this.directory = directory;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected UsersResource() {
    directory = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    int organization = query.number("organization_id", 0, 1, Integer.MAX_VALUE);
    Page<PersonView> page =
        directory.list(
            caller,
            new Directory.PeopleFilter(
                organization == 0 ? null : Long.valueOf(organization),
                query.text("q"),
                query.oneOf("role", List.copyOf(ManagementScope.roles().keySet())),
                query.flag("is_active")),
            query.page(),
            query.size());
    return Listing.of("users", page, query);
  }

  @POST
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    PersonOrder order = body.as(PersonOrder.class);
    return creation.create(
        caller,
        "POST /api/v1/users",
        idempotencyKey,
        body,
        () -> {
          PersonView person = directory.create(caller, order);
          return new Created(
              "/api/v1/users/" + person.id(), person.version(), Json.MAPPER.valueToTree(person));
        });
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  public Response read(@PathParam("id") String id) {
    return answer(directory.read(caller, PathNumber.of(id, "user")));
  }

  /** What may be changed of a person; an absent field stays. */
  public record PersonChange(
      @Nullable String email,
      @Nullable List<String> roles,
      @Nullable List<String> groups,
      @Nullable String password,
      @JsonProperty("is_active") @Nullable Boolean active) {
    @Override
    public String toString() {
      return "PersonChange";
    }
  }

  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    PersonView present = directory.read(caller, PathNumber.of(id, "user"));
    ObjectNode changes =
        ReadOnlyFields.without(
            body.node(),
            Json.MAPPER.valueToTree(present),
            List.of("id", "username", "organization_id", "created_at", "updated_at"));
    boolean clearsEmail = changes.path("email").isNull();
    PersonChange change = new JsonBody(changes).as(PersonChange.class);
    return answer(
        directory.change(
            caller,
            present.id(),
            new Directory.Change(
                clearsEmail ? "" : change.email(),
                change.roles(),
                change.groups(),
                change.password(),
                change.active(),
                EntityTags.expected(ifMatch))));
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.USERS_MANAGE)
  public void delete(
      @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch) {
    directory.disable(caller, PathNumber.of(id, "user"), EntityTags.expected(ifMatch));
  }

  private static Response answer(PersonView person) {
    return Response.ok(person).header("ETag", EntityTags.of(person.version())).build();
  }
}
