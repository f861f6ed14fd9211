package org.apikeys.web.tenant;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.tenant.SignIn;
import org.apikeys.web.access.Callers;
import org.apikeys.web.access.Permissions;
import org.apikeys.web.http.JsonBody;

/** Signing in, and who one is. */
@Path("/v1/auth")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuthResource {
  private final SignIn signIn;
  private final Check check;
  private final Caller caller;
  private final HttpServletRequest request;

  @Inject
  public AuthResource(SignIn signIn, Check check, Caller caller, HttpServletRequest request) {
    this.signIn = signIn;
    this.check = check;
    this.caller = caller;
    this.request = request;
  }

  @SuppressWarnings("NullAway")
  protected AuthResource() {
    signIn = null;
    check = null;
    caller = null;
    request = null;
  }

  /** What someone signs in with. */
  public record SignInOrder(
      @NotBlank(message = "is required") @Size(max = 64, message = "has at most 64 characters")
          String username,
      @NotNull(message = "is required") @Size(max = 256, message = "has at most 256 characters")
          String password) {
    @Override
    public String toString() {
      return "SignInOrder[" + username + "]";
    }
  }

  /** The answer to a sign-in (RFC 6749 section 5.1). */
  public record TokenAnswer(
      String accessToken,
      String tokenType,
      long expiresIn,
      List<String> roles,
      long organizationId) {
    @Override
    public String toString() {
      return "TokenAnswer[secret]";
    }
  }

  @POST
  @Path("token")
  @PermitAll
  @Consumes(MediaType.APPLICATION_JSON)
  public Response token(JsonBody body) {
    SignInOrder order = check.valid(body.as(SignInOrder.class));
    return answer(signIn.signIn(caller, order.username(), order.password()));
  }

  /** A new token for one that still counts, so that a session goes on without the password. */
  @POST
  @Path("renew")
  @PermitAll
  public Response renew() {
    if (Callers.of(request) == null) {
      Permissions.require(null);
    }
    Instant signedInAt = Callers.signedInAt(request);
    if (signedInAt == null) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "Only a token that this system gave for a password is renewed.");
    }
    return answer(signIn.renew(caller, signedInAt));
  }

  private static Response answer(SignIn.Token token) {
    return Response.ok(
            new TokenAnswer(
                token.accessToken(),
                "Bearer",
                token.lifetime().toSeconds(),
                token.roles(),
                token.organizationId()))
        .header("Cache-Control", "no-store")
        .build();
  }

  /** Who calls. */
  public record Me(
      String type,
      String name,
      String owner,
      TreeSet<String> roles,
      TreeSet<String> scopes,
      long organizationId) {}

  @GET
  @Path("me")
  @PermitAll
  public Me me() {
    // whoever has authenticated may know who they are, whatever they hold
    Caller known = Callers.of(request);
    if (known == null) {
      Permissions.require(null);
    }
    return new Me(
        caller.kind().name().toLowerCase(Locale.ROOT),
        caller.name(),
        caller.owner(),
        new TreeSet<>(caller.roles()),
        new TreeSet<>(caller.scopes()),
        caller.organizationId());
  }

  @GET
  @Path("jwks")
  @PermitAll
  public Map<String, Object> jwks() {
    return signIn.publicKeys();
  }
}
