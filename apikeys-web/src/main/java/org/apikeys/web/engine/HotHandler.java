package org.apikeys.web.engine;

import static org.glassfish.grizzly.http.util.Header.ContentLength;
import static org.glassfish.grizzly.http.util.Header.TransferEncoding;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.web.http.UnreadablePaths;
import org.apikeys.web.problem.Problems;
import org.apikeys.web.verify.HotAnswers;
import org.glassfish.grizzly.http.Method;
import org.glassfish.grizzly.http.Protocol;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.http.util.DataChunk;
import org.glassfish.grizzly.http.util.MimeHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of the handler that leads to the Servlet container, and answers the hot paths of
 * one application itself. A path counts as it was sent, octet by octet: one that only means the
 * same goes on to the container, like everything else that it can read.
 */
final class HotHandler extends HttpHandler {
  private final HttpHandler next;
  private final String contextPath;
  private final HotCalls calls;
  private final ClassLoader application;
  private final Hot[] hot;

  /** A path, and who answers it. */
  private record Hot(String path, HotAnswers answers) {}

  HotHandler(HttpHandler next, String contextPath, HotCalls calls) {
    super(next.getName());
    this.next = next;
    this.contextPath = contextPath;
    this.calls = calls;
    application = HotHandler.class.getClassLoader();
    hot =
        calls.paths().entrySet().stream()
            .map(one -> new Hot(contextPath + one.getKey(), one.getValue()))
            .toArray(Hot[]::new);
    // what is set for the one behind counts before it is asked
    setAllowCustomStatusMessage(next.isAllowCustomStatusMessage());
    setAllowEncodedSlash(next.isAllowEncodedSlash());
    setRequestURIEncoding(next.getRequestURIEncoding());
  }

  /** The handler that was there before. */
  HttpHandler next() {
    return next;
  }

  @Override
  public void service(Request request, Response response) throws Exception {
    HotAnswers answers = of(request);
    boolean done =
        refusedForItsEnd(request, response)
            || (answers == null
                ? refused(request, response)
                : answered(answers, request, response));
    if (!done) {
      StatusLines.complete(response);
      next.service(request, response);
    }
  }

  /**
   * Answers a request of which a proxy in front may tell the end in another way: the engine takes a
   * body in an encoding that it does not know for the next request (RFC 9112, 6.1). After a 400 the
   * engine ends the connection.
   */
  private boolean refusedForItsEnd(Request request, Response response) throws IOException {
    String encoding = request.getHeader(TransferEncoding);
    if (encoding == null || !path(request).startsWith(contextPath, 0)) {
      return false;
    }
    MimeHeaders headers = request.getRequest().getHeaders();
    boolean usual =
        encoding.strip().equalsIgnoreCase("chunked")
            && headers.indexOf(TransferEncoding, headers.indexOf(TransferEncoding, 0) + 1) < 0
            && !headers.contains(ContentLength)
            && request.getProtocol() == Protocol.HTTP_1_1;
    if (!usual) {
      Problems.write(
          new EngineRequest(request, contextPath),
          new EngineResponse(response),
          ProblemException.invalid(
              "Transfer-Encoding", "is chunked alone, without Content-Length, in HTTP/1.1"));
    }
    return !usual;
  }

  /** Answers a request whose path the container could not read, and would say nothing about. */
  private boolean refused(Request request, Response response) throws IOException {
    String path = path(request).toString(StandardCharsets.ISO_8859_1);
    ProblemException problem = path.startsWith(contextPath) ? UnreadablePaths.problem(path) : null;
    if (problem != null) {
      Problems.write(
          new EngineRequest(request, contextPath), new EngineResponse(response), problem);
    }
    return problem != null;
  }

  /** The path as it was sent. */
  private static DataChunk path(Request request) {
    return request.getRequest().getRequestURIRef().getRequestURIBC();
  }

  private @Nullable HotAnswers of(Request request) {
    DataChunk path = path(request);
    for (Hot one : hot) {
      if (path.equals(one.path)) {
        // what a session's id was taken out of is no literal path, and TRACE is the container's
        boolean theirs =
            request.isRequestedSessionIdFromURL() || Method.TRACE.equals(request.getMethod());
        return theirs ? null : one.answers;
      }
    }
    return null;
  }

  private boolean answered(HotAnswers answers, Request request, Response response) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(application);
    try {
      return calls.answer(
          answers, new EngineRequest(request, contextPath), new EngineResponse(response));
    } catch (IOException e) {
      // the client is gone, or never sent what it promised: nobody is left to answer
      request.getRequest().getProcessingState().setError(true);
      return true;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void start() {
    next.start();
  }

  @Override
  public void destroy() {
    next.destroy();
  }
}
