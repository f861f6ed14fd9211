package org.apikeys.web.dialect.dashboard;

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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyValues;
import org.apikeys.key.KeyView;
import org.apikeys.request.KeyOrders;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.web.dialect.dashboard.DashboardAnswers.Listed;
import org.apikeys.web.dialect.dashboard.DashboardAnswers.One;
import org.apikeys.web.dialect.dashboard.DashboardAnswers.Requested;
import org.apikeys.web.dialect.dashboard.DashboardAnswers.Shown;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Enveloped;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** The four calls of seed 004. */
@Path("/keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class DashboardKeysResource {
  /** The seed knows no pages: who has more keys than this asks for them. */
  private static final int MOST_SIZE = 1_000;

  private static final int LAST_PAGE = 1_000_000;
  private static final String ID = "id";
  private static final String SCOPES = "scopes";

  /** Where the key stands in an answer. */
  private static final String DATA = "/data";

  private final KeyOrders orders;
  private final KeyKeeper keeper;
  private final KeyReader reader;
  private final KeyValues values;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public DashboardKeysResource(
      KeyOrders orders,
      KeyKeeper keeper,
      KeyReader reader,
      KeyValues values,
      Creation creation,
      Caller caller) {
    this.orders = orders;
    this.keeper = keeper;
    this.reader = reader;
    this.values = values;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected DashboardKeysResource() {
    orders = null;
    keeper = null;
    reader = null;
    values = null;
    creation = null;
    caller = null;
  }

  /** The body of a POST. */
  record Order(
      @Nullable String name,
      @Nullable String description,
      @Nullable List<@Nullable String> permissions) {}

  /** The body of a PUT: what is absent stays. */
  record Change(
      @Nullable Long id,
      @Nullable String name,
      @Nullable String description,
      @Nullable List<@Nullable String> permissions) {}

  @GET
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Response list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Page<KeyView> page =
        reader.listUnrevoked(
            caller,
            query.number("page", 1, 1, LAST_PAGE),
            query.number("size", MOST_SIZE, 1, MOST_SIZE));
    Map<Long, Secret> whole = whole(page.items().stream().map(KeyView::id).toList());
    List<Shown> keys =
        page.items().stream().map(key -> Shown.of(key, whole.get(key.id()))).toList();
    return answer(Response.Status.OK, new Listed(true, keys), page.total());
  }

  @POST
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    Order order = body.as(Order.class);
    List<@Nullable String> permissions = Objects.requireNonNullElse(order.permissions(), List.of());
    ObjectNode wanted = Json.MAPPER.createObjectNode().put("name", order.name());
    wanted.put("description", order.description()).put("publishable", true);
    wanted.set(SCOPES, Json.MAPPER.valueToTree(Permissions.checked(permissions)));
    KeyConfiguration configuration = new JsonBody(wanted).as(KeyConfiguration.class);
    return creation.createEnveloped(
        caller,
        "POST /api/keys",
        idempotencyKey,
        body,
        () ->
            created(
                Permissions.inTheirWords(() -> orders.issueForAnywhere(caller, configuration))));
  }

  private static Enveloped created(KeyOrders.Outcome outcome) {
    if (outcome instanceof KeyOrders.Asking asking) {
      return new Enveloped(Response.Status.ACCEPTED.getStatusCode(), DATA, requested(asking));
    }
    IssuedKey issued = ((KeyOrders.Issued) outcome).key();
    return new Enveloped(
        Response.Status.CREATED.getStatusCode(),
        DATA,
        new One(true, Shown.of(issued.view(), issued.secret()), null));
  }

  @PUT
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(JsonBody body) {
    Change change = body.as(Change.class);
    if (change.id() == null) {
      throw ProblemException.invalid(ID, "is required, and is the number of a key");
    }
    long id = change.id();
    requireListed(id);
    List<String> permissions =
        change.permissions() == null ? null : Permissions.checked(change.permissions());
    KeyOrders.Outcome outcome =
        Permissions.inTheirWords(
            () ->
                orders.change(
                    caller,
                    id,
                    new KeyProposals.Wanted(
                        before -> merged(before, body.node(), permissions), null, false),
                    null));
    if (outcome instanceof KeyOrders.Asking asking) {
      return answer(Response.Status.ACCEPTED, requested(asking), null);
    }
    KeyView changed = ((KeyOrders.Changed) outcome).key();
    return answer(Response.Status.OK, new One(true, shown(changed), null), null);
  }

  /** Policy asks for an approval: the request that was opened, and nothing has changed yet. */
  private static Requested requested(KeyOrders.Asking asking) {
    return new Requested(
        true, null, "This takes an approval; nothing has changed yet", asking.request().id());
  }

  private static KeyConfiguration merged(
      KeyConfiguration before, ObjectNode sent, @Nullable List<@Nullable String> permissions) {
    ObjectNode merged = Json.MAPPER.valueToTree(before);
    for (String field : List.of("name", "description")) {
      if (sent.has(field)) {
        merged.set(field, sent.get(field));
      }
    }
    if (permissions != null) {
      merged.set(
          SCOPES, Json.MAPPER.valueToTree(Permissions.replaced(before.scopes(), permissions)));
    }
    return new JsonBody(merged).as(KeyConfiguration.class);
  }

  @DELETE
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public Response delete(@Context UriInfo uri) {
    String id = Query.of(uri).text(ID);
    long number =
        PathNumber.read(id == null ? "" : id)
            .orElseThrow(
                () -> ProblemException.invalid(ID, "is required, and is the number of a key"));
    requireListed(number);
    KeyView revoked = keeper.revoke(caller, number, null, null);
    return answer(
        Response.Status.OK, new One(true, shown(revoked), "API key deleted successfully"), null);
  }

  /** A revoked key has left the list: here it is no more. */
  private void requireListed(long id) {
    if (keeper.present(caller, id).revokedAt() != null) {
      throw ProblemException.notFound("API key");
    }
  }

  private Shown shown(KeyView key) {
    return Shown.of(key, whole(List.of(key.id())).get(key.id()));
  }

  private Map<Long, Secret> whole(List<Long> ids) {
    return caller.holds(ManagementScope.KEYS_REVEAL) ? values.reveal(caller, ids) : Map.of();
  }

  private static Response answer(Response.Status status, Object answer, @Nullable Long total) {
    Response.ResponseBuilder response =
        Response.status(status).header("Cache-Control", "no-store").entity(answer);
    return total == null ? response.build() : response.header("X-Total-Count", total).build();
  }
}
