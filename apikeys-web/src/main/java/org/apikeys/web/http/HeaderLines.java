package org.apikeys.web.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one list of a list that came in several lines (RFC 9110 section 5.3): who is handed a
 * header sees its first line alone.
 */
@Provider
public class HeaderLines implements ContainerRequestFilter {
  private static final String IF_MATCH = "If-Match";

  @Override
  public void filter(ContainerRequestContext request) {
    @Nullable List<String> lines = request.getHeaders().get(IF_MATCH);
    if (lines != null && lines.size() > 1) {
      request.getHeaders().putSingle(IF_MATCH, String.join(", ", lines));
    }
  }
}
