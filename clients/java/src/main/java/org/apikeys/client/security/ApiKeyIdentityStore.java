package org.apikeys.client.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import org.apikeys.client.ApiKeysClient;
import org.apikeys.client.Call;
import org.apikeys.client.Verdict;

/** Knows callers by their keys. The scopes of a key are its groups, so that roles can be scopes. */
@ApplicationScoped
public class ApiKeyIdentityStore implements IdentityStore {
  private final ApiKeysClient client;

  @Inject
  public ApiKeyIdentityStore(ApiKeysClient client) {
    this.client = client;
  }

  @SuppressWarnings("NullAway")
  protected ApiKeyIdentityStore() {
    client = null;
  }

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (!(credential instanceof ApiKeyCredential presented)) {
      return CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
    Call call = presented.call();
    if (call == null) {
      return CredentialValidationResult.INVALID_RESULT;
    }
    Verdict verdict = client.begin(call);
    presented.decide(verdict);
    if (!verdict.valid() || verdict.key() == null) {
      return CredentialValidationResult.INVALID_RESULT;
    }
    return new CredentialValidationResult(
        new ApiKeyPrincipal(verdict.key()), verdict.key().grants());
  }
}
