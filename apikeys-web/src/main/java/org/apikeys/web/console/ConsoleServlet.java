package org.apikeys.web.console;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console: its files under {@code assets/<name of the tree>/}, which a browser may keep
 * for ever, and the page for every other address, so that a link into the console survives a
 * reload.
 */
@WebServlet("/console/*")
public class ConsoleServlet extends HttpServlet {
  private static final String ASSETS = "/assets/";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final String ASK_FIRST = "no-cache";

  /** {@code gzip}, unless its quality is zero (RFC 9110 section 12.5.3). */
  private static final Pattern GZIP =
      Pattern.compile("(^|,)\\s*(gzip|\\*)\\s*(;\\s*q=(1|0\\.0{0,2}[1-9])[\\d.]*\\s*)?(,|$)");

  private transient volatile @Nullable ConsoleTree tree;

  /** Read when the first reader comes: the server's start need not wait for it. */
  private ConsoleTree tree() {
    ConsoleTree known = tree;
    if (known == null) {
      synchronized (this) {
        known = tree;
        if (known == null) {
          known = new ConsoleTree(getServletContext());
          tree = known;
        }
      }
    }
    return known;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    if (path == null) {
      response.setStatus(HttpServletResponse.SC_FOUND);
      // no host in it: behind a proxy the server knows its own name only
      response.setHeader("Location", request.getContextPath() + "/console/");
    } else if (path.startsWith(ASSETS)) {
      asset(path.substring(ASSETS.length()), request, response);
    } else {
      send(tree().page(request.getContextPath()), ASK_FIRST, request, response);
    }
  }

  private void asset(String path, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    int end = path.indexOf('/');
    Optional<ConsoleFile> file = end < 0 ? Optional.empty() : tree().file(path.substring(end + 1));
    if (file.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    boolean present = path.substring(0, end).equals(tree().name());
    send(file.get(), present ? FOR_EVER : ASK_FIRST, request, response);
  }

  private static void send(
      ConsoleFile file, String caching, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String accepted = request.getHeader("Accept-Encoding");
    boolean compressed = accepted != null && GZIP.matcher(accepted).find();
    String tag = "\"" + file.tag() + (compressed ? "-gzip\"" : "\"");
    response.setHeader("ETag", tag);
    response.setHeader("Cache-Control", caching);
    response.setHeader("Vary", "Accept-Encoding");
    String known = request.getHeader("If-None-Match");
    if (known != null && known.contains(tag)) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    byte[] body = file.bytes(compressed);
    response.setContentType(file.type());
    if (compressed) {
      response.setHeader("Content-Encoding", "gzip");
    }
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
