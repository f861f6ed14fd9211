package org.apikeys.audit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apikeys.api.audit.Checkpoint;

/** Somebody else's server, which is sent each note as it is; it is signed, and holds no secret. */
final class WebhookAnchor implements Anchor {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final URI address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  WebhookAnchor(URI address) {
    this.address = address;
  }

  @Override
  public String name() {
    return "webhook " + address.getHost();
  }

  @Override
  public void put(Checkpoint checkpoint, String note, Instant now) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(note, StandardCharsets.UTF_8))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status < 200 || status > 299) {
        throw new IOException("it answered " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
