package org.apikeys.audit;

import jakarta.ejb.ApplicationException;

/**
 * What is stored of the log is not what was stored. Rolls back, and is no failure of the server.
 */
@ApplicationException(rollback = true)
class DamagedLogException extends RuntimeException {
  DamagedLogException(String message) {
    super(message);
  }
}
