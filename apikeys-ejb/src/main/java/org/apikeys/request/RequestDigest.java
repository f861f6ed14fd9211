package org.apikeys.request;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * The digest of all that a decision rests on: SHA-256, in hex, of the canonical request (JSON with
 * its fields in order). A decision names it, so that nobody approves what they did not see.
 */
final class RequestDigest {
  private RequestDigest() {}

  static String of(KeyRequest request) {
    Map<String, @Nullable Object> canonical = new TreeMap<>();
    canonical.put("organization_id", request.organizationId());
    canonical.put("kind", request.kind().word());
    canonical.put("requested_by", request.requestedBy());
    canonical.put("justification", request.justification());
    canonical.put("key_id", request.before() == null ? null : request.keyId());
    canonical.put("before", request.before());
    canonical.put("wanted", request.configuration());
    canonical.put("effective_scopes", request.effectiveScopes());
    canonical.put("wanted_active", request.wantedActive());
    canonical.put("sealed_to", request.sealedTo());
    if (request.userAddress() != null) {
      canonical.put("user_address", request.userAddress());
    }
    canonical.put("ruling", request.ruling());
    canonical.put("created_at", request.createdAt());
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(Json.write(canonical).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
