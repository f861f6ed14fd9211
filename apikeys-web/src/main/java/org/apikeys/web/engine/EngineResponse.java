package org.apikeys.web.engine;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStream;
import org.glassfish.grizzly.http.server.Response;

/** A response of the engine, as far as the hot paths write one. */
final class EngineResponse extends HttpServletResponseWrapper {
  private final Response response;

  EngineResponse(Response response) {
    super(Nothing.of(HttpServletResponse.class));
    this.response = response;
  }

  @Override
  public int getStatus() {
    return response.getStatus();
  }

  @Override
  public void setStatus(int status) {
    response.setStatus(StatusLines.of(status));
  }

  @Override
  public void setHeader(String name, String value) {
    response.setHeader(name, value);
  }

  @Override
  public void setContentType(String type) {
    response.setContentType(type);
  }

  @Override
  public void setContentLength(int length) {
    response.setContentLength(length);
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return new Body(response.getOutputStream());
  }

  /** What the client is sent, gathered by the engine. */
  private static final class Body extends ServletOutputStream {
    private final OutputStream body;

    Body(OutputStream body) {
      this.body = body;
    }

    @Override
    public void write(int octet) throws IOException {
      body.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      body.write(octets, offset, length);
    }

    @Override
    public boolean isReady() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
