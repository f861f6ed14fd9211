package org.apikeys.web.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.IdempotentCalls;
import org.apikeys.store.IdempotentCalls.Outcome;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * Calls that create something, or make a secret for it: 201 with its place, or 200 where nothing
 * new has one, and once per {@code Idempotency-Key}.
 */
@ApplicationScoped
public class Creation {
  /** The fields of an answer that hold a secret; a replay has null there. */
  private static final List<String> SECRETS = List.of("key", "secret", "sealed_key");

  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final int CREATED = 201;

  private final IdempotentCalls calls;

  @Inject
  public Creation(IdempotentCalls calls) {
    this.calls = calls;
  }

  @SuppressWarnings("NullAway")
  protected Creation() {
    calls = null;
  }

  /**
   * What was created.
   *
   * @param status HTTP status: 201, 202 for what is still to be approved, or 200
   * @param location path of the new resource; null when there is none
   * @param tag its entity tag; null for what has no versions
   * @param answer the whole answer, with a secret perhaps
   */
  public record Created(
      int status, @Nullable String location, @Nullable String tag, ObjectNode answer) {
    public Created(String location, String tag, ObjectNode answer) {
      this(CREATED, location, tag, answer);
    }

    public Created(String location, long version, ObjectNode answer) {
      this(CREATED, location, version, answer);
    }

    public Created(int status, String location, long version, ObjectNode answer) {
      this(status, location, EntityTags.of(version), answer);
    }
  }

  /**
   * What was created, in the envelope of a dialect, which knows no places and no versions.
   *
   * @param status HTTP status: 201, or 202 for what is still to be approved
   * @param holder JSON pointer to the object of the answer that may hold a secret
   * @param answer the whole answer, with a secret perhaps
   */
  public record Enveloped(int status, String holder, Object answer) {}

  /**
   * Creates.
   *
   * @param operation what is called, for example {@code POST /api/v1/api-keys}
   * @param idempotencyKey the header; null when there is none
   */
  public Response create(
      Caller caller,
      String operation,
      @Nullable String idempotencyKey,
      @Nullable JsonBody body,
      Supplier<Created> creation) {
    return once(caller, operation, idempotencyKey, body, () -> outcome(creation.get()));
  }

  /** As {@link #create}, for a dialect. */
  public Response createEnveloped(
      Caller caller,
      String operation,
      @Nullable String idempotencyKey,
      JsonBody body,
      Supplier<Enveloped> creation) {
    return once(caller, operation, idempotencyKey, body, () -> outcome(creation.get()));
  }

  /**
   * Makes a call that an {@code Idempotency-Key} makes once however often it arrives.
   *
   * @param operation what is called, for example {@code POST /api/v1/api-keys}
   * @param idempotencyKey the header; null when there is none
   */
  public Response once(
      Caller caller,
      String operation,
      @Nullable String idempotencyKey,
      @Nullable JsonBody body,
      Supplier<Outcome> call) {
    if (idempotencyKey == null) {
      return answer(call.get());
    }
    if (!KEY.matcher(idempotencyKey).matches()) {
      throw ProblemException.invalid("Idempotency-Key", "has 1 to 255 visible ASCII characters");
    }
    // a person of an external issuer has no number here, and the same name in several organizations
    String who =
        caller.kind() + ":" + caller.id() + ":" + caller.organizationId() + ":" + caller.name();
    String fingerprint = fingerprint(operation, body);
    try {
      return answer(calls.once(who, idempotencyKey, fingerprint, call));
    } catch (EJBException | PersistenceException e) {
      // the same call at the same time was first: now its outcome is there
      return answer(calls.once(who, idempotencyKey, fingerprint, call));
    }
  }

  private static Outcome outcome(Created created) {
    String kept = kept(created.answer().deepCopy(), "");
    return new Outcome(created.status(), created.location(), kept, created);
  }

  private static Outcome outcome(Enveloped created) {
    String kept = kept(Json.MAPPER.valueToTree(created.answer()), created.holder());
    return new Outcome(created.status(), null, kept, created);
  }

  /** The answer as a replay shows it: without what only the first one may show. */
  private static String kept(ObjectNode answer, String holder) {
    if (answer.at(holder) instanceof ObjectNode object) {
      SECRETS.stream().filter(object::has).forEach(object::putNull);
    }
    return answer.put("replayed", true).toString();
  }

  private static Response answer(Outcome outcome) {
    Response.ResponseBuilder answer =
        Response.status(outcome.status())
            .header("Location", outcome.location())
            .header("Cache-Control", "no-store");
    if (outcome.once() instanceof Created created) {
      return answer.header("ETag", created.tag()).entity(created.answer()).build();
    }
    if (outcome.once() instanceof Enveloped created) {
      return answer.entity(created.answer()).build();
    }
    return answer.entity(Json.read(outcome.kept(), ObjectNode.class)).build();
  }

  private static String fingerprint(String operation, @Nullable JsonBody body) {
    String sent = body == null ? "{}" : body.node().toString();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(operation.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
      return HexFormat.of().formatHex(sha256.digest(sent.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
