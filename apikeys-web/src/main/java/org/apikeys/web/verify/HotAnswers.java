package org.apikeys.web.verify;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers the requests of one hot path, whoever takes them from the network. */
public interface HotAnswers {
  /** Answers an admitted request; every problem is part of the answer. */
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;
}
