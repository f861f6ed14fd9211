package org.apikeys.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import org.apikeys.store.Json;

/**
 * Writes answers of resources as JSON. An interceptor and not a writer, since which writer counts
 * beside the server's own for every class is not for an application to say.
 */
@Provider
public class JsonAnswers implements WriterInterceptor {
  @Context
  @SuppressWarnings("NullAway.Init") // the container sets it
  HttpServletRequest request;

  @Override
  public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
    Object answer = context.getEntity();
    if (MediaType.APPLICATION_JSON_TYPE.isCompatible(context.getMediaType())
        && !(answer instanceof byte[])) {
      byte[] bytes = Json.MAPPER.writeValueAsBytes(answer);
      context.setEntity(bytes);
      context.setType(byte[].class);
      context.setGenericType(byte[].class);
      context.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, bytes.length);
      RequestContext.setBytesOut(request, bytes.length);
    }
    context.proceed();
  }
}
