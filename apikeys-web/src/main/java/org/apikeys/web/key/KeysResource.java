package org.apikeys.web.key;

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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyFilter;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.KeyReader;
import org.apikeys.key.KeyStatus;
import org.apikeys.key.KeyTypes;
import org.apikeys.key.KeyView;
import org.apikeys.permission.Catalogue;
import org.apikeys.request.KeyOrders;
import org.apikeys.request.RequestView;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.usage.UsageReader;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Listing;
import org.apikeys.web.http.PathNumber;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** Keys: issued, listed, read, changed and revoked. */
@Path("/v1/api-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class KeysResource {
  private static final int SHOWN_CALLS = 100;
  private static final int ACCEPTED = 202;
  private static final String LIST = "api_keys";
  private static final String WARNINGS = "warnings";

  private final KeyOrders orders;
  private final KeyKeeper keeper;
  private final KeyReader reader;
  private final UsageReader usage;
  private final Catalogue catalogue;
  private final KeyTypes types;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public KeysResource(
      KeyOrders orders,
      KeyKeeper keeper,
      KeyReader reader,
      UsageReader usage,
      Catalogue catalogue,
      KeyTypes types,
      Creation creation,
      Caller caller) {
    this.orders = orders;
    this.keeper = keeper;
    this.reader = reader;
    this.usage = usage;
    this.catalogue = catalogue;
    this.types = types;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected KeysResource() {
    orders = null;
    keeper = null;
    reader = null;
    usage = null;
    catalogue = null;
    types = null;
    creation = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.KEYS_READ)
  public ObjectNode list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Page<KeyView> page = reader.list(caller, filter(query), query.page(), query.size());
    ObjectNode listing = Listing.of(LIST, page, query);
    for (int i = 0; i < page.items().size(); i++) {
      warn((ObjectNode) listing.path(LIST).path(i), page.items().get(i));
    }
    return listing;
  }

  /** Says what the key carries that grants nothing now. */
  private void warn(ObjectNode shown, KeyView key) {
    shown.set(WARNINGS, Json.MAPPER.valueToTree(reader.warnings(key)));
  }

  private static KeyFilter filter(Query query) {
    List<String> statuses = Arrays.stream(KeyStatus.values()).map(KeyStatus::word).toList();
    List<String> sorts =
        Arrays.stream(KeyFilter.Sort.values())
            .map(sort -> sort.name().toLowerCase(Locale.ROOT))
            .toList();
    String status = query.oneOf("status", statuses);
    String sort = query.text("sort");
    boolean descending = sort == null || sort.startsWith("-");
    String by = sort == null ? "created_at" : descending ? sort.substring(1) : sort;
    if (!sorts.contains(by)) {
      throw ProblemException.invalid(
          "sort", "is one of " + String.join(", ", sorts) + ", with - for descending");
    }
    return new KeyFilter(
        status == null ? null : KeyStatus.valueOf(status.toUpperCase(Locale.ROOT)),
        query.oneOf("environment", List.of("production", "staging", "development")),
        query.text("type"),
        query.text("owner"),
        query.text("scope"),
        query.text("tag"),
        query.text("q"),
        KeyFilter.Sort.valueOf(by.toUpperCase(Locale.ROOT)),
        descending);
  }

  @POST
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    Secret chosen = KeyBodies.customKey(body.node());
    KeyConfiguration order = KeyBodies.order(KeyBodies.withoutCustomKey(body));
    return creation.create(
        caller,
        "POST /api/v1/api-keys",
        idempotencyKey,
        body,
        () -> created(orders.issue(caller, order, chosen)));
  }

  private static Created created(KeyOrders.Outcome outcome) {
    if (outcome instanceof KeyOrders.Issued made) {
      IssuedKey issued = made.key();
      return new Created(
          "/api/v1/api-keys/" + issued.view().id(), KeyTags.of(issued.view()), shown(issued));
    }
    RequestView request = ((KeyOrders.Asking) outcome).request();
    return new Created(
        ACCEPTED, requestPath(request), request.version(), Json.MAPPER.valueToTree(request));
  }

  private static String requestPath(RequestView request) {
    return "/api/v1/key-requests/" + request.id();
  }

  /** The changed key, or 202 with the request that was opened for the change. */
  static Response answer(KeyOrders.Outcome outcome) {
    if (outcome instanceof KeyOrders.Changed changed) {
      return answer(changed.key());
    }
    RequestView request = ((KeyOrders.Asking) outcome).request();
    return Response.status(ACCEPTED)
        .header("Location", requestPath(request))
        .entity(request)
        .build();
  }

  @GET
  @Path("scopes")
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.KEYS_WRITE})
  public Map<String, Object> scopes() {
    return Map.of(
        "scopes",
        catalogue.scopes(),
        "permission_sets",
        catalogue.permissionSets(caller.organizationId()),
        "resource_types",
        catalogue.resourceTypes());
  }

  @GET
  @Path("types")
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.KEYS_WRITE})
  public Map<String, Object> types() {
    return Map.of("types", types.all());
  }

  @GET
  @Path("{id}")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Response read(@PathParam("id") String id) {
    KeyView key = reader.read(caller, number(id));
    ObjectNode answer = Json.MAPPER.valueToTree(key);
    warn(answer, key);
    answer.set("usage", Json.MAPPER.valueToTree(usage.latest(key.id(), SHOWN_CALLS)));
    return Response.ok(answer).header("ETag", KeyTags.of(key)).build();
  }

  @PUT
  @Path("{id}")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonBody body) {
    long number = number(id);
    KeyView present = keeper.present(caller, number);
    ObjectNode answer = Json.MAPPER.valueToTree(present);
    if (body.node().has(WARNINGS)) {
      warn(answer, present);
    }
    if (body.node().has("usage")) {
      answer.set("usage", Json.MAPPER.valueToTree(usage.latest(number, SHOWN_CALLS)));
    }
    ObjectNode changes = KeyBodies.changes(body, answer);
    KeyBodies.dropBalance(changes, KeyTags.shownBalances(ifMatch, present.version()));
    Boolean active = active(changes);
    return answer(
        orders.change(
            caller,
            number,
            new KeyProposals.Wanted(before -> KeyBodies.merged(before, changes), active, false),
            KeyTags.expected(ifMatch)));
  }

  private static @Nullable Boolean active(ObjectNode changes) {
    var sent = changes.remove("is_active");
    if (sent == null) {
      return null;
    }
    if (!sent.isBoolean()) {
      throw ProblemException.invalid("is_active", "is true or false");
    }
    return sent.booleanValue();
  }

  @DELETE
  @Path("{id}")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public Map<String, String> delete(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Context UriInfo uri) {
    String reason = Query.of(uri).text("reason");
    keeper.revoke(caller, number(id), reason, KeyTags.expected(ifMatch));
    return Map.of("message", "API key deleted successfully");
  }

  /** The key with its secret, for the one answer that shows it. */
  public static ObjectNode shown(IssuedKey issued) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ObjectNode view = Json.MAPPER.valueToTree(issued.view());
    answer.set("id", view.get("id"));
    answer.set("key_id", view.get("key_id"));
    answer.put("key", issued.secret().reveal());
    answer.setAll(view);
    return answer;
  }

  static Response answer(KeyView key) {
    return Response.ok(key).header("ETag", KeyTags.of(key)).build();
  }

  /** The number of a key: {@code 12} or {@code key-12}. */
  public static long number(String id) {
    return readNumber(id).orElseThrow(() -> ProblemException.notFound("API key"));
  }

  /** As {@link #number}; empty when the text is no such number. */
  public static OptionalLong readNumber(String id) {
    return PathNumber.read(id.startsWith("key-") ? id.substring("key-".length()) : id);
  }
}
