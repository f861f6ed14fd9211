package org.apikeys.web;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Leads from the application's root to the console. */
@WebServlet("")
public class RootServlet extends HttpServlet {
  private static final String CONSOLE = "/console/";

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_FOUND);
    // no host in it: behind a proxy the server knows its own name only
    response.setHeader("Location", request.getContextPath() + CONSOLE);
  }
}
