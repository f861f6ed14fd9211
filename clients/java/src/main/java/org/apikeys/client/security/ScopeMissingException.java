package org.apikeys.client.security;

import jakarta.ejb.ApplicationException;

/** The caller's key does not hold what a method requires, or there is no key. */
@ApplicationException(rollback = true)
public class ScopeMissingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean anonymous;

  ScopeMissingException(boolean anonymous) {
    super(anonymous ? "an API key is needed" : "the API key does not hold what is needed");
    this.anonymous = anonymous;
  }

  /** What to answer: 401 without a key, else 403. */
  public int status() {
    return anonymous ? 401 : 403;
  }

  String code() {
    return anonymous ? "UNAUTHENTICATED" : "INSUFFICIENT_SCOPE";
  }
}
