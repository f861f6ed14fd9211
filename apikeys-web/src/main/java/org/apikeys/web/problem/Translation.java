package org.apikeys.web.problem;

import jakarta.ejb.EJBAccessException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PessimisticLockException;
import jakarta.transaction.SystemException;
import jakarta.ws.rs.WebApplicationException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** What a failure means for the caller. */
final class Translation {
  private static final int DEEPEST = 20;

  /**
   * How the states begin (SQLSTATE) that say that the store can't work now. Of both: connections,
   * transactions that were rolled back, no changes allowed, as on a server that has become a
   * replica. Of PostgreSQL: no room or memory, a start or stop, the system under it. Of Derby: its
   * log or data can't be written or read, it is not booted, or somebody else holds the numbers that
   * it would give.
   */
  private static final List<String> STORE_AWAY =
      List.of("08", "40", "25006", "2550", "53", "57P", "58", "X0Y84", "XJ", "XSD", "XSL", "XSRS");

  private Translation() {}

  /** The problem that a failure is to the caller; of an unknown one nothing is told. */
  static ProblemException of(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      ProblemException known = known(cause);
      if (known != null) {
        return known;
      }
      cause = cause.getCause();
    }
    return new ProblemException(
        ProblemType.INTERNAL_ERROR,
        "Something went wrong here, not with the request. Its id finds it in the server's log.");
  }

  private static @Nullable ProblemException known(Throwable cause) {
    if (cause instanceof ProblemException problem) {
      return problem;
    }
    if (cause instanceof WebApplicationException answer) {
      return ofStatus(answer.getResponse().getStatus());
    }
    if (cause instanceof EJBAccessException) {
      return new ProblemException(ProblemType.FORBIDDEN, "The caller may not do this.");
    }
    boolean locked =
        cause instanceof OptimisticLockException || cause instanceof PessimisticLockException;
    // a lock that was not given since the store went away is told by its cause, further down
    if (locked && !(cause.getCause() != null && leadsToStoreAway(cause.getCause()))) {
      return new ProblemException(
          ProblemType.CONFLICT, "Somebody changed the same thing at the same time; try again.");
    }
    if (cause instanceof SystemException || cause instanceof XAException) {
      return ProblemException.retryAfter(
          ProblemType.STORE_UNAVAILABLE,
          "The store failed while the change was written: it may be there or not. Look before you"
              + " try again, or use an Idempotency-Key.",
          Duration.ofSeconds(1));
    }
    if (isTaken(cause)) {
      return new ProblemException(
          ProblemType.CONFLICT, "The same thing was made at the same time; read it and go on.");
    }
    if (isStoreAway(cause)) {
      return ProblemException.retryAfter(
          ProblemType.STORE_UNAVAILABLE,
          "The store is out of reach; nothing was changed. Try again shortly.",
          Duration.ofSeconds(1));
    }
    return null;
  }

  private static boolean leadsToStoreAway(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (isStoreAway(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Integrity constraint violation: another transaction was first. */
  private static boolean isTaken(Throwable cause) {
    return cause instanceof SQLException sql
        && sql.getSQLState() != null
        && sql.getSQLState().startsWith("23");
  }

  private static boolean isStoreAway(Throwable cause) {
    if (cause instanceof SQLTransientException
        || cause.getClass().getName().endsWith("ResourceAllocationException")
        || cause.getClass().getName().endsWith("PoolingException")) {
      return true;
    }
    if (cause instanceof SQLException sql) {
      String state = sql.getSQLState();
      return state == null || STORE_AWAY.stream().anyMatch(state::startsWith);
    }
    return false;
  }

  /** What the container answers by itself. */
  static @Nullable ProblemException ofStatus(int status) {
    return switch (status) {
      case 400 ->
          new ProblemException(ProblemType.VALIDATION_FAILED, "The request can't be understood.");
      case 401 ->
          new ProblemException(
              ProblemType.UNAUTHENTICATED, "Present a token or an API key; see the documentation.");
      case 403 -> new ProblemException(ProblemType.FORBIDDEN, "The caller may not do this.");
      case 404 -> new ProblemException(ProblemType.NOT_FOUND, "There is nothing at this path.");
      case 405 ->
          new ProblemException(
              ProblemType.METHOD_NOT_ALLOWED, "This path does not take this method; see Allow.");
      case 406 ->
          new ProblemException(
              ProblemType.NOT_ACCEPTABLE, "Answers here are JSON; Accept must allow that.");
      case 413 ->
          new ProblemException(
              ProblemType.PAYLOAD_TOO_LARGE, "A request has at most 1 MiB (1048576 bytes).");
      case 415 ->
          new ProblemException(
              ProblemType.UNSUPPORTED_MEDIA_TYPE,
              "Send the body with Content-Type: application/json.");
      case 414, 431 ->
          new ProblemException(
              ProblemType.PAYLOAD_TOO_LARGE, "The address or the headers are too long.");
      case 429 -> new ProblemException(ProblemType.RATE_LIMITED, "Too many requests.");
      case 503 ->
          new ProblemException(
              ProblemType.STORE_UNAVAILABLE, "The server can't answer now; try again shortly.");
      default ->
          status >= 400 && status < 500
              ? new ProblemException(
                  ProblemType.VALIDATION_FAILED, "The request can't be understood.")
              : null;
    };
  }
}
