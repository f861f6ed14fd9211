package org.apikeys.web.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.RawRequest;

/**
 * A call that is ready to be made.
 *
 * @param verb the method
 * @param target path and query, encoded
 * @param headers by name
 * @param content the bytes of the body, a character for each (ISO 8859-1); none when empty
 * @param oddities what is odd about it
 */
record RandomCall(
    String verb, String target, Map<String, String> headers, String content, Set<Oddity> oddities) {

  /** What a promise of the document has to be read differently for. */
  enum Oddity {
    /** Another method than the operation's. */
    VERB,
    /** An answer in another form is asked for. */
    ACCEPT,
    /** The target is no URI, so that the listener may answer by itself. */
    TARGET
  }

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          .build();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MOST_READ = 4 << 20;

  /** Larger bodies may be refused before they are sent whole, which this client can't bear. */
  private static final int LARGE = 500_000;

  RandomCall {
    headers = Map.copyOf(headers);
    oddities = Set.copyOf(oddities);
  }

  static RandomCall of(
      String verb, String target, Map<String, String> headers, byte[] body, Set<Oddity> oddities) {
    return new RandomCall(
        verb, target, headers, new String(body, StandardCharsets.ISO_8859_1), oddities);
  }

  private byte[] body() {
    return content.getBytes(StandardCharsets.ISO_8859_1);
  }

  boolean isOdd(Oddity oddity) {
    return oddities.contains(oddity);
  }

  /** Makes it; of an answer that never ends only the beginning is told. */
  Answer make(URI root) {
    if (isOdd(Oddity.TARGET) || content.length() > LARGE) {
      RawRequest raw = RawRequest.of(root, verb, target);
      headers.forEach(raw::header);
      return raw.send(body());
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root + target))
            .timeout(LIMIT)
            .method(
                verb,
                content.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body()));
    headers.forEach(request::header);
    try {
      HttpResponse<InputStream> response =
          CLIENT.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        boolean endless =
            response.headers().firstValue("content-type").orElse("").contains("event-stream");
        byte[] read = endless ? new byte[0] : in.readNBytes(MOST_READ);
        return new Answer(
            verb + " " + target,
            response.statusCode(),
            response.headers().map(),
            new String(read, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    String text = new String(body(), StandardCharsets.UTF_8);
    String shown = text.length() > 1500 ? text.substring(0, 1500) + "…" : text;
    return verb + " " + target + " " + headers.keySet() + " " + oddities + " " + shown;
  }
}
