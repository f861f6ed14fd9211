package org.apikeys.openid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.setting.OpenIdSettings;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/** The OpenID provider that the settings name, as far as it can be reached. */
@ApplicationScoped
class Provider {
  private static final Logger LOG = Logger.getLogger(Provider.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 200_000;

  /** Nobody is known yet when the provider is asked, so that few calls at a time may be. */
  private static final int MOST_CALLS = 8;

  private final Settings settings;
  private final Clock clock;
  private final Semaphore calls = new Semaphore(MOST_CALLS);
  private volatile @Nullable Known known;

  @Inject
  Provider(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected Provider() {
    settings = null;
    clock = null;
  }

  /** What the provider says of itself, and how its tokens are checked, until then. */
  record Known(ProviderDocument document, TokenCheck tokens, Instant until) {}

  /** Made when it is first needed: most servers have no provider. */
  private static final class Holder {
    static final HttpClient CLIENT =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** How this server is known at the provider; empty when people are in the built-in directory. */
  Optional<OpenIdSettings> client() {
    return settings.openId();
  }

  Known known(OpenIdSettings client) {
    Known found = known;
    if (found != null && clock.instant().isBefore(found.until())) {
      return found;
    }
    String issuer = client.issuer();
    try {
      HttpRequest request = HttpRequest.newBuilder(ProviderDocument.placeOf(issuer)).build();
      Answer answer = send(request);
      if (answer.status() != 200) {
        throw new IOException("its document was answered " + answer.status());
      }
      ProviderDocument document = ProviderDocument.of(answer.json(), issuer);
      found =
          new Known(
              document,
              new TokenCheck(issuer, client.clientId(), document.keys()),
              clock.instant().plus(KEPT));
      known = found;
      return found;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /**
   * Asks for tokens (RFC 6749 section 3.2). Empty when the provider refuses the grant, and not the
   * way in which it was asked.
   */
  Optional<JsonNode> tokens(OpenIdSettings client, Map<String, String> form) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(known(client).document().tokenEndpoint())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
    client.secret().ifPresent(secret -> request.header("Authorization", basic(client, secret)));
    try {
      Answer answer = send(request.build());
      if (answer.status() == 200) {
        return Optional.of(answer.json());
      }
      String error = answer.status() == 400 ? answer.json().path("error").asText() : "";
      if (error.equals("invalid_grant")) {
        return Optional.empty();
      }
      throw new IOException("a token was answered " + answer.status() + " " + word(error));
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private record Answer(int status, String body) {
    JsonNode json() throws IOException {
      try {
        return Json.MAPPER.readTree(body);
      } catch (JsonProcessingException e) {
        throw new IOException("its answer is no JSON", e);
      }
    }
  }

  private Answer send(HttpRequest request) throws IOException {
    if (!calls.tryAcquire()) {
      throw new IOException("too many people are signing in at the same time");
    }
    try {
      HttpRequest patient =
          HttpRequest.newBuilder(request, (name, value) -> true)
              .header("Accept", "application/json")
              .timeout(TIMEOUT)
              .build();
      HttpResponse<InputStream> answer =
          Holder.CLIENT.send(patient, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw new IOException("its answer is too long");
        }
        return new Answer(answer.statusCode(), new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      calls.release();
    }
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** {@code client_secret_basic} (RFC 6749 section 2.3.1). */
  private static String basic(OpenIdSettings client, String secret) {
    String pair = encoded(client.clientId()) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  /** Of what the provider says, what may stand in a log. */
  private static String word(String error) {
    String letters = error.replaceAll("[^a-z_]", "");
    return letters.substring(0, Math.min(50, letters.length()));
  }

  private static ProblemException unavailable(IOException failure) {
    LOG.log(Level.WARNING, "The OpenID provider can''t be used: {0}", failure.toString());
    return ProblemException.retryAfter(
        ProblemType.PROVIDER_UNAVAILABLE,
        "The OpenID provider can't be reached, or does not answer as it should.",
        WAIT);
  }
}
