package org.apikeys.api.problem;

/**
 * Every problem that the system answers with, by its stable code (RFC 9457 {@code type}). Each has
 * a page in {@code docs/problems/}.
 */
public enum ProblemType {
  VALIDATION_FAILED(400, "The request is not valid"),
  AMBIGUOUS_CREDENTIALS(400, "More than one credential was presented"),
  KEY_IN_URL(400, "A secret key was presented in a URL"),
  UNAUTHENTICATED(401, "Authentication is required"),
  FORBIDDEN(403, "This caller may not do this"),
  KEY_INACTIVE(403, "The key is deactivated"),
  IP_NOT_ALLOWED(403, "The key may not be used from this address"),
  REFERRER_NOT_ALLOWED(403, "The key may not be used from this page"),
  INSUFFICIENT_SCOPE(403, "The key does not hold the needed scope"),
  SELF_APPROVAL(403, "Nobody decides about their own request"),
  NOT_FOUND(404, "There is no such resource"),
  METHOD_NOT_ALLOWED(405, "This method is not allowed here"),
  NOT_ACCEPTABLE(406, "No answer in an acceptable format"),
  CONFLICT(409, "The present state does not allow this"),
  LEGAL_HOLD(409, "A legal hold keeps these records"),
  PRECONDITION_FAILED(412, "The resource has changed meanwhile"),
  PAYLOAD_TOO_LARGE(413, "The request is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The format of the request is not supported"),
  IDEMPOTENCY_MISMATCH(422, "The idempotency key was used with another request"),
  RATE_LIMITED(429, "The rate limit is reached"),
  CONCURRENCY_EXCEEDED(429, "Too many calls at the same time"),
  BANDWIDTH_EXCEEDED(429, "The bandwidth limit is reached"),
  QUOTA_EXCEEDED(429, "A resource quota is reached"),
  CREDITS_EXHAUSTED(429, "The credits are used up"),
  SIGN_IN_LOCKED(429, "Too many failed sign-ins"),
  INTERNAL_ERROR(500, "The server failed"),
  PROVIDER_UNAVAILABLE(503, "The OpenID provider is out of reach"),
  STORE_UNAVAILABLE(503, "The store is out of reach");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The HTTP status of an answer with this problem. */
  public int status() {
    return status;
  }

  /** One short sentence for people, the same at every occurrence. */
  public String title() {
    return title;
  }

  /** The path of the page that explains this problem, below the application's root. */
  public String page() {
    return "/problems/" + name();
  }
}
