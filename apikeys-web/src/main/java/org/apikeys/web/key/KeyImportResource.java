package org.apikeys.web.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeyImport;
import org.apikeys.key.KeyImport.ForeignKey;
import org.apikeys.key.KeyImport.Result;
import org.apikeys.web.http.Creation;
import org.apikeys.web.http.Creation.Enveloped;
import org.apikeys.web.http.JsonBody;
import org.jspecify.annotations.Nullable;

/** Takes keys of another system as hashes. */
@Path("/v1/api-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class KeyImportResource {
  private static final int MOST = 1_000;
  private static final int LONGEST_SECRET = 1_024;

  private static final int DONE = 200;

  private final KeyImport imports;
  private final Creation creation;
  private final Caller caller;

  @Inject
  public KeyImportResource(KeyImport imports, Creation creation, Caller caller) {
    this.imports = imports;
    this.creation = creation;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected KeyImportResource() {
    imports = null;
    creation = null;
    caller = null;
  }

  @POST
  @Path("import")
  @RolesAllowed(ManagementScope.KEYS_WRITE)
  public Response take(
      @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey, JsonBody body) {
    ObjectNode rest = body.node().deepCopy();
    JsonNode keys = rest.remove("keys");
    String secret = text(rest, "hmac_secret", LONGEST_SECRET);
    if (!rest.isEmpty()) {
      throw ProblemException.invalid(rest.fieldNames().next(), "is not a field of this request");
    }
    if (keys == null || !keys.isArray() || keys.isEmpty() || keys.size() > MOST) {
      throw ProblemException.invalid("keys", "is a list of 1 to " + MOST + " keys");
    }
    List<KeyImport.Reader> entries = new ArrayList<>();
    keys.forEach(entry -> entries.add(() -> read(entry)));
    Secret hmacSecret = secret == null ? null : new Secret(secret);
    return creation.createEnveloped(
        caller,
        "POST /api/v1/api-keys/import",
        idempotencyKey,
        body,
        () -> new Enveloped(DONE, "", new Results(imports.run(caller, entries, hmacSecret))));
  }

  private record Results(List<Result> results) {}

  static ForeignKey read(JsonNode entry) {
    if (!(entry instanceof ObjectNode object)) {
      throw ProblemException.invalid("keys", "holds objects");
    }
    ObjectNode rest = object.deepCopy();
    String algorithm = required(text(rest, "algorithm", 20), "algorithm");
    String hash = required(text(rest, "hash", 200), "hash");
    String prefix = text(rest, "prefix", 32);
    return new ForeignKey(algorithm, hash, prefix, KeyBodies.order(new JsonBody(rest)));
  }

  private static String required(@Nullable String text, String field) {
    if (text == null) {
      throw ProblemException.invalid(field, "is required");
    }
    return text;
  }

  private static @Nullable String text(ObjectNode object, String field, int longest) {
    JsonNode value = object.remove(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().isEmpty() || value.textValue().length() > longest) {
      throw ProblemException.invalid(field, "is a text of 1 to " + longest + " characters");
    }
    return value.textValue();
  }
}
