package org.apikeys.web.key;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.key.CreditKeeper;
import org.apikeys.limit.CreditRule;
import org.apikeys.store.Json;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Created;
import org.apikeys.web.http.JsonBody;
import org.apikeys.web.http.Query;
import org.jspecify.annotations.Nullable;

/** The credits of a key: what is there, and the ledger of all that came and went beside calls. */
@Path("/v1/api-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CreditsResource {
  private static final int SHOWN_ENTRIES = 10;

  private final CreditKeeper keeper;
  private final Creation creation;
  private final Check check;
  private final Caller caller;

  @Inject
  public CreditsResource(CreditKeeper keeper, Creation creation, Check check, Caller caller) {
    this.keeper = keeper;
    this.creation = creation;
    this.check = check;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected CreditsResource() {
    keeper = null;
    creation = null;
    check = null;
    caller = null;
  }

  /**
   * A change of a balance.
   *
   * @param amount to be added; below zero to take away
   * @param balance to be set
   */
  public record CreditOrder(
      @Nullable
          @Min(value = -CreditRule.MOST, message = "is at most 1000000000000 either way")
          @Max(value = CreditRule.MOST, message = "is at most 1000000000000 either way")
          Long amount,
      @Nullable
          @Min(value = 0, message = "is 0 to 1000000000000 credits")
          @Max(value = CreditRule.MOST, message = "is 0 to 1000000000000 credits")
          Long balance,
      @Nullable @Size(max = 500, message = "has at most 500 characters") String reason) {}

  @GET
  @Path("{id}/credits")
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.USAGE_READ})
  public ObjectNode read(@PathParam("id") String id, @Context UriInfo uri) {
    Query query = Query.of(uri);
    return shown(
        keeper.read(caller, KeysResource.number(id), query.page(), query.size()),
        query.page(),
        query.size());
  }

  @POST
  @Path("{id}/credits")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey,
      JsonBody body) {
    long number = KeysResource.number(id);
    CreditOrder order = check.valid(body.as(CreditOrder.class));
    if ((order.amount() == null) == (order.balance() == null)) {
      throw ProblemException.invalid("amount", "or balance is given, and not both");
    }
    if (order.amount() != null && order.amount() == 0) {
      throw ProblemException.invalid("amount", "is not 0");
    }
    String path = "/api/v1/api-keys/" + number + "/credits";
    return creation.create(
        caller,
        "POST " + path,
        idempotencyKey,
        body,
        () ->
            new Created(
                path,
                0,
                shown(
                    keeper.change(caller, number, order.amount(), order.balance(), order.reason()),
                    1,
                    SHOWN_ENTRIES)));
  }

  private static ObjectNode shown(CreditKeeper.Account account, int page, int size) {
    ObjectNode shown = Json.MAPPER.createObjectNode();
    shown.put("key_id", account.keyId()).put("balance", account.balance());
    shown.set("refill", Json.MAPPER.valueToTree(account.refill()));
    shown.set("refill_at", Json.MAPPER.valueToTree(account.refillAt()));
    shown.set("entries", Json.MAPPER.valueToTree(account.entries().items()));
    return shown.put("total", account.entries().total()).put("page", page).put("size", size);
  }
}
