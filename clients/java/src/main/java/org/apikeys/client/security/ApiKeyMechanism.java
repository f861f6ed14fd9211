package org.apikeys.client.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.client.Call;
import org.apikeys.client.Outcome;
import org.apikeys.client.Verdict;

/**
 * Signs callers in by the API key that they present in {@code X-API-Key}, as a Bearer token, or,
 * when it is publishable, as {@code ?api_key=}. A key that does not count ends the call with the
 * status that its verdict says; without a key, protected resources are 401 and others open.
 */
@ApplicationScoped
public class ApiKeyMechanism implements HttpAuthenticationMechanism {
  private static final String BEGUN = "org.apikeys.client.begun";

  private final IdentityStoreHandler stores;
  private final ApiKeysClient client;

  @Inject
  public ApiKeyMechanism(IdentityStoreHandler stores, ApiKeysClient client) {
    this.stores = stores;
    this.client = client;
  }

  @SuppressWarnings("NullAway")
  protected ApiKeyMechanism() {
    stores = null;
    client = null;
  }

  /** A call that was granted, until its answer is known. */
  private record Begun(Call call, Verdict verdict, long nanos) {}

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    PresentedKey presented = PresentedKey.of(request);
    if (presented.problem() != null) {
      Refusals.write(response, 400, presented.problem());
      return AuthenticationStatus.SEND_FAILURE;
    }
    if (presented.key() == null) {
      if (!context.isProtected()) {
        return context.doNothing();
      }
      Refusals.write(response, 401, "UNAUTHENTICATED");
      return AuthenticationStatus.SEND_FAILURE;
    }
    Call call =
        Call.with(presented.key())
            .from(request.getRemoteAddr(), request.getHeader("Referer"))
            .to(request.getMethod(), request.getRequestURI())
            .bytes(Math.max(0, request.getContentLengthLong()));
    ApiKeyCredential credential = new ApiKeyCredential(call);
    CredentialValidationResult result = stores.validate(credential);
    Verdict verdict = credential.verdict();
    if (verdict == null || result.getStatus() != CredentialValidationResult.Status.VALID) {
      Refusals.write(response, verdict);
      return AuthenticationStatus.SEND_FAILURE;
    }
    request.setAttribute(BEGUN, new Begun(call, verdict, System.nanoTime()));
    return context.notifyContainerAboutLogin(result);
  }

  /** Tells what the call came to. */
  @Override
  public AuthenticationStatus secureResponse(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    if (request.getAttribute(BEGUN) instanceof Begun begun) {
      request.removeAttribute(BEGUN);
      Duration took = Duration.ofNanos(System.nanoTime() - begun.nanos());
      client.finish(begun.call(), begun.verdict(), new Outcome(response.getStatus(), took, 0));
    }
    return AuthenticationStatus.SUCCESS;
  }
}
