package org.apikeys.openid;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import org.apikeys.setting.OpenIdSettings;

/**
 * What a provider tells of itself (OpenID Connect Discovery 1.0 section 3).
 *
 * @param authorizationEndpoint where people sign in
 * @param tokenEndpoint where codes are exchanged for tokens
 * @param keys where its public keys are
 */
record ProviderDocument(URI authorizationEndpoint, URI tokenEndpoint, URI keys) {

  /** Where the document of an issuer is (section 4). */
  static URI placeOf(String issuer) {
    String slash = issuer.endsWith("/") ? "" : "/";
    return URI.create(issuer + slash + ".well-known/openid-configuration");
  }

  /** The document, when it is that of the issuer. */
  static ProviderDocument of(JsonNode json, String issuer) throws IOException {
    if (!json.path("issuer").asText().equals(issuer)) {
      throw new IOException("its document is of another issuer");
    }
    JsonNode methods = json.path("code_challenge_methods_supported");
    if (methods.isArray() && !methods.toString().contains("\"S256\"")) {
      throw new IOException("it does not know the code challenge method S256");
    }
    return new ProviderDocument(
        address(json, "authorization_endpoint"),
        address(json, "token_endpoint"),
        address(json, "jwks_uri"));
  }

  private static URI address(JsonNode json, String field) throws IOException {
    String text = json.path(field).asText();
    if (!OpenIdSettings.isSafeAddress(text)) {
      throw new IOException("its " + field + " is no https address");
    }
    return URI.create(text);
  }
}
