package org.apikeys.web.engine;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.glassfish.grizzly.http.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request of the engine, as far as the hot paths look at one. Whatever else is asked of it fails
 * loudly, since no container stands behind it.
 */
final class EngineRequest extends HttpServletRequestWrapper {
  private final Request request;
  private final String contextPath;
  private final Attributes attributes = new Attributes();

  EngineRequest(Request request, String contextPath) {
    super(Nothing.of(HttpServletRequest.class));
    this.request = request;
    this.contextPath = contextPath;
  }

  @Override
  public String getMethod() {
    return request.getMethod().getMethodString();
  }

  @Override
  public String getContextPath() {
    return contextPath;
  }

  @Override
  public String getRequestURI() {
    return request.getRequestURI();
  }

  @Override
  public @Nullable String getQueryString() {
    return request.getQueryString();
  }

  @Override
  public String getRemoteAddr() {
    return request.getRemoteAddr();
  }

  @Override
  public @Nullable String getContentType() {
    return request.getContentType();
  }

  @Override
  public long getContentLengthLong() {
    return request.getContentLengthLong();
  }

  @Override
  public @Nullable String getHeader(String name) {
    return request.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return enumeration(request.getHeaders(name));
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return enumeration(request.getHeaderNames());
  }

  private static Enumeration<String> enumeration(Iterable<String> all) {
    List<String> found = new ArrayList<>(2);
    all.forEach(found::add);
    return Collections.enumeration(found);
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    attributes.set(name, value);
  }

  @Override
  public void removeAttribute(String name) {
    attributes.set(name, null);
  }

  @Override
  public ServletInputStream getInputStream() {
    return new Body(request.getInputStream());
  }

  /** What the client sends, waited for. */
  private static final class Body extends ServletInputStream {
    private final InputStream body;

    Body(InputStream body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      return body.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return body.read(into, offset, length);
    }

    @Override
    public boolean isFinished() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isReady() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
