package org.apikeys.web.http;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies for resources. What else is called JSON comes here too, to be refused: left
 * to the server's own reader, it would become a body without an object.
 */
@Provider
@Consumes(MediaType.WILDCARD)
public class JsonBodyReader implements MessageBodyReader<JsonBody> {

  @Override
  public boolean isReadable(Class<?> type, Type generic, Annotation[] all, MediaType media) {
    return type == JsonBody.class && isCalledJson(media.getSubtype().toLowerCase(Locale.ROOT));
  }

  private static boolean isCalledJson(String subtype) {
    return subtype.equals("json") || subtype.endsWith("+json");
  }

  /** Null for an empty body; where one is needed {@link NeededBodies} has refused the call. */
  @Override
  public @Nullable JsonBody readFrom(
      Class<JsonBody> type,
      Type generic,
      Annotation[] all,
      MediaType media,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    if (!media.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
      throw new NotSupportedException();
    }
    PushbackInputStream content = new PushbackInputStream(body);
    int first = content.read();
    if (first < 0) {
      return null;
    }
    content.unread(first);
    return new JsonBody(StrictJson.read(content));
  }
}
