package org.apikeys.web.openid;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import org.apikeys.api.tenant.Caller;
import org.apikeys.check.Check;
import org.apikeys.openid.Offer;
import org.apikeys.openid.OpenIdSignIn;
import org.apikeys.openid.ProviderTokens;
import org.apikeys.web.http.JsonBody;
import org.jspecify.annotations.Nullable;

/** Whether people sign in with an OpenID provider, and doing so. */
@Path("/v1/auth")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class OpenIdResource {
  private final OpenIdSignIn signIn;
  private final Check check;
  private final Caller caller;
  private final Clock clock;

  @Inject
  public OpenIdResource(OpenIdSignIn signIn, Check check, Caller caller, Clock clock) {
    this.signIn = signIn;
    this.check = check;
    this.caller = caller;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected OpenIdResource() {
    signIn = null;
    check = null;
    caller = null;
    clock = null;
  }

  /**
   * How people sign in.
   *
   * @param provider null when they are in the built-in directory
   */
  public record Way(boolean enabled, @Nullable Offer provider) {}

  /** What the provider sent back, and what the browser kept (RFC 7636 section 4.5). */
  public record CodeOrder(
      @NotBlank(message = "is required") @Size(max = 4096, message = "has at most 4096 characters")
          String code,
      @NotNull(message = "is required")
          @Pattern(
              regexp = "[A-Za-z0-9._~-]{43,128}",
              message = "is 43 to 128 letters, digits and ._~-")
          String codeVerifier,
      @NotNull(message = "is required")
          @Pattern(
              regexp = "[A-Za-z0-9._~-]{22,128}",
              message = "is 22 to 128 letters, digits and ._~-")
          String nonce) {
    @Override
    public String toString() {
      return "CodeOrder[secret]";
    }
  }

  /** A session that is to go on. */
  public record RenewOrder(
      @NotBlank(message = "is required") @Size(max = 8192, message = "has at most 8192 characters")
          String refreshToken) {
    @Override
    public String toString() {
      return "RenewOrder[secret]";
    }
  }

  /** As RFC 6749 section 5.1. */
  public record TokenAnswer(
      String accessToken, String tokenType, long expiresIn, @Nullable String refreshToken) {
    @Override
    public String toString() {
      return "TokenAnswer[secret]";
    }
  }

  @GET
  @Path("openid")
  @PermitAll
  public Way way() {
    Offer offer = signIn.offer().orElse(null);
    return new Way(offer != null, offer);
  }

  @POST
  @Path("openid/token")
  @PermitAll
  @Consumes(MediaType.APPLICATION_JSON)
  public Response token(JsonBody body) {
    CodeOrder order = check.valid(body.as(CodeOrder.class));
    return answer(signIn.signIn(caller, order.code(), order.codeVerifier(), order.nonce()));
  }

  @POST
  @Path("openid/renew")
  @PermitAll
  @Consumes(MediaType.APPLICATION_JSON)
  public Response renew(JsonBody body) {
    RenewOrder order = check.valid(body.as(RenewOrder.class));
    return answer(signIn.renew(order.refreshToken()));
  }

  private Response answer(ProviderTokens tokens) {
    long left = Duration.between(clock.instant(), tokens.ends()).toSeconds();
    return Response.ok(
            new TokenAnswer(
                tokens.accessToken(), "Bearer", Math.max(0, left), tokens.refreshToken()))
        .header("Cache-Control", "no-store")
        .build();
  }
}
