package org.apikeys.client.security;

import jakarta.security.enterprise.credential.AbstractClearableCredential;
import org.apikeys.client.Call;
import org.apikeys.client.Verdict;
import org.jspecify.annotations.Nullable;

/** A key with the call that it was presented for. */
public final class ApiKeyCredential extends AbstractClearableCredential {
  private @Nullable Call call;
  private @Nullable Verdict verdict;

  public ApiKeyCredential(Call call) {
    this.call = call;
  }

  @Nullable Call call() {
    return call;
  }

  /** What was decided; null before. */
  @Nullable Verdict verdict() {
    return verdict;
  }

  void decide(Verdict decided) {
    verdict = decided;
  }

  @Override
  protected void clearCredential() {
    call = null;
  }
}
