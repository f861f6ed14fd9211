package org.apikeys.web.dialect.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.UserKeys;
import org.apikeys.request.KeyOrders;
import org.apikeys.request.UserKeyOrders;
import org.apikeys.store.Json;
import org.apikeys.web.dialect.store.StoreAnswers.Done;
import org.apikeys.web.dialect.store.StoreAnswers.Generated;
import org.apikeys.web.dialect.store.StoreAnswers.Preference;
import org.apikeys.web.dialect.store.StoreAnswers.Requested;
import org.apikeys.web.dialect.store.StoreAnswers.Standing;
import org.apikeys.web.dialect.store.StoreAnswers.Usage;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Enveloped;
import org.apikeys.web.http.JsonBody;
import org.jspecify.annotations.Nullable;

/** The four calls of seed 002. */
@Path("/user")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class StoreResource {
  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@,;<>\"\\p{Cntrl}]{1,64}@[^\\s@,;<>\"\\p{Cntrl}]{1,189}");
  private static final int LONGEST_NAME = 100;
  private static final int CREATED = 201;
  private static final int ACCEPTED = 202;

  /** Where the key stands in an answer: in the answer itself. */
  private static final String WHOLE = "";

  private final UserKeyOrders orders;
  private final UserKeys keys;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public StoreResource(UserKeyOrders orders, UserKeys keys, Creation creation, Caller caller) {
    this.orders = orders;
    this.keys = keys;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected StoreResource() {
    orders = null;
    keys = null;
    creation = null;
    caller = null;
  }

  /** The body of a POST. */
  record Order(@Nullable String email, @Nullable String keyName) {}

  @GET
  @Path("key/{email}")
  @RolesAllowed(ManagementScope.KEYS_READ)
  public Preference status(@PathParam("email") String email) {
    return new Preference(true, standing(email));
  }

  @GET
  @Path("usage/{email}")
  @RolesAllowed(ManagementScope.USAGE_READ)
  public Usage usage(@PathParam("email") String email) {
    return new Usage(true, standing(email));
  }

  private Standing standing(String email) {
    return keys.find(caller, checked(email)).map(Standing::of).orElse(Standing.NONE);
  }

  @POST
  @Path("key")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response generate(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    Order order = body.as(Order.class);
    String email = checked(order.email());
    KeyConfiguration wanted = configuration(order.keyName());
    return creation.createEnveloped(
        caller,
        "POST /api/user/key",
        idempotencyKey,
        body,
        () -> created(orders.replace(caller, email, wanted)));
  }

  private static Enveloped created(KeyOrders.Outcome outcome) {
    if (outcome instanceof KeyOrders.Asking asking) {
      return new Enveloped(
          ACCEPTED,
          WHOLE,
          new Requested(
              true,
              "The API key takes an approval; claim it when the request is approved",
              null,
              asking.request().id()));
    }
    IssuedKey issued = ((KeyOrders.Issued) outcome).key();
    return new Enveloped(
        CREATED,
        WHOLE,
        new Generated(
            true,
            "API key generated successfully",
            issued.secret().reveal(),
            StoreAnswers.prefix(issued.view())));
  }

  private static KeyConfiguration configuration(@Nullable String name) {
    if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
      throw ProblemException.invalid("key_name", "is required, and has 1 to 100 characters");
    }
    ObjectNode order = Json.MAPPER.createObjectNode().put("name", name);
    return new JsonBody(order).as(KeyConfiguration.class);
  }

  @DELETE
  @Path("key/{email}")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public Done revoke(@PathParam("email") String email) {
    keys.revoke(caller, checked(email));
    return new Done(true, "API key revoked successfully");
  }

  private static String checked(@Nullable String email) {
    if (email == null || !EMAIL.matcher(email).matches()) {
      throw ProblemException.invalid("email", "is required, and is an e-mail address");
    }
    return email;
  }
}
