package org.apikeys.web.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apikeys.alert.NotedConcerns;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.key.KeyFormat;
import org.apikeys.key.KeySnapshot;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.jspecify.annotations.Nullable;

/** Raises an alert about a secret key in a URL: it has leaked into logs and histories. */
@ApplicationScoped
class KeysInUrls {
  private final Verifier verifier;
  private final KeyFormat format;
  private final NotedConcerns concerns;

  @Inject
  KeysInUrls(Verifier verifier, KeyFormat format, NotedConcerns concerns) {
    this.verifier = verifier;
    this.format = format;
    this.concerns = concerns;
  }

  @SuppressWarnings("NullAway")
  protected KeysInUrls() {
    verifier = null;
    format = null;
    concerns = null;
  }

  /** What is in the query is looked up, and nothing counted; what is no key of ours is nothing. */
  void note(@Nullable String query, String address) {
    if (query == null) {
      return;
    }
    for (String key : Credentials.values(query)) {
      if (Credentials.isSecret(key, format)) {
        KeySnapshot found = find(key);
        if (found != null) {
          concerns.note(
              Concern.aboutKey(
                  found.organizationId(),
                  AlertKind.KEY_IN_URL,
                  found.id(),
                  "The secret of key-"
                      + found.id()
                      + " \""
                      + found.name()
                      + "\" was sent in the query of a URL by "
                      + address
                      + ": it has leaked into logs and histories, and should be rotated."));
        }
      }
    }
  }

  private @Nullable KeySnapshot find(String key) {
    Attempt attempt = new Attempt(null, null, null, null, 0, 1, 0, null);
    return verifier.explain(key, Verifier.ANY_ORGANIZATION, attempt).decision().key();
  }
}
