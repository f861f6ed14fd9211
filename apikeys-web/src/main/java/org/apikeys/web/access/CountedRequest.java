package org.apikeys.web.access;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.api.verify.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * A request whose length nobody told: its body is counted as it is read, and refused as soon as it
 * is longer than the caller's key may send.
 */
final class CountedRequest extends HttpServletRequestWrapper {
  private final long most;
  private @Nullable Body body;
  private long count;

  /**
   * @param most bytes that may be sent; {@link Long#MAX_VALUE} for any
   */
  CountedRequest(HttpServletRequest request, long most) {
    super(request);
    this.most = most;
  }

  /** How many bytes were read. */
  long count() {
    return count;
  }

  /** Whether more was sent than may be. */
  boolean isRefused() {
    return count > most;
  }

  private void add(int read) {
    count += Math.max(0, read);
    if (isRefused()) {
      throw Refusals.of(DecisionCode.PAYLOAD_TOO_LARGE, 0, "");
    }
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    Body known = body;
    if (known == null) {
      known = new Body(super.getInputStream());
      body = known;
    }
    return known;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    String charset = getCharacterEncoding();
    return new BufferedReader(
        new InputStreamReader(
            getInputStream(), charset == null ? StandardCharsets.UTF_8 : Charset.forName(charset)));
  }

  private final class Body extends ServletInputStream {
    private final ServletInputStream sent;

    Body(ServletInputStream sent) {
      this.sent = sent;
    }

    @Override
    public int read() throws IOException {
      int octet = sent.read();
      add(octet < 0 ? 0 : 1);
      return octet;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = sent.read(into, offset, length);
      add(read);
      return read;
    }

    @Override
    public boolean isFinished() {
      return sent.isFinished();
    }

    @Override
    public boolean isReady() {
      return sent.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      sent.setReadListener(listener);
    }
  }
}
