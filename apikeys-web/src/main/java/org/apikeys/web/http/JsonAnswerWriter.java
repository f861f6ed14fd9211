package org.apikeys.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.apikeys.store.Json;

/** Writes answers for resources. */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public class JsonAnswerWriter implements MessageBodyWriter<Object> {
  @Context
  @SuppressWarnings("NullAway.Init") // the container sets it
  HttpServletRequest request;

  @Override
  public boolean isWriteable(Class<?> type, Type generic, Annotation[] all, MediaType media) {
    return media.getSubtype().equals("json") && type != byte[].class && type != String.class;
  }

  @Override
  public void writeTo(
      Object answer,
      Class<?> type,
      Type generic,
      Annotation[] all,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    byte[] bytes = Json.MAPPER.writeValueAsBytes(answer);
    headers.putSingle(HttpHeaders.CONTENT_LENGTH, bytes.length);
    RequestContext.setBytesOut(request, bytes.length);
    out.write(bytes);
  }
}
