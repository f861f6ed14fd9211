package org.apikeys.web.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What a browser may do with our pages (Content Security Policy Level 3): load from this server and
 * nowhere else, and never inside of another page.
 */
@WebFilter(
    urlPatterns = {"/console/*", "/explorer/*", "/problems/*", "/webjars/*"},
    asyncSupported = true)
public class PageHeaders extends HttpFilter {
  private static final String EVERYWHERE =
      "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  private static final String PAGE = "default-src 'self'" + EVERYWHERE;

  /**
   * The console runs nothing but its own files. Tabler has its arrows as data, and Lit is the only
   * one that makes markup of text (Trusted Types), out of the templates in those files.
   */
  private static final String CONSOLE =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'"
          + EVERYWHERE
          + "; require-trusted-types-for 'script'; trusted-types lit-html";

  /** Swagger UI writes styles into its elements and has its icons as data. */
  private static final String EXPLORER =
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'" + EVERYWHERE;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("Content-Security-Policy", policy(firstStep(request)));
    response.setHeader("Referrer-Policy", "no-referrer");
    chain.doFilter(request, response);
  }

  private static String policy(String place) {
    return switch (place) {
      case "/console" -> CONSOLE;
      case "/explorer" -> EXPLORER;
      default -> PAGE;
    };
  }

  private static String firstStep(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    int end = path.indexOf('/', 1);
    return end < 0 ? path : path.substring(0, end);
  }
}
