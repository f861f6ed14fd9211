package org.apikeys.api.permission;

/** A scope expression that can't be read. Its message is written for the person who wrote it. */
public class ScopeExpressionException extends IllegalArgumentException {
  private final int position;

  ScopeExpressionException(int position, String message) {
    super(message);
    this.position = position;
  }

  /**
   * Where it goes wrong, counted from 0: a character of the expression, or of a list the element.
   */
  public int position() {
    return position;
  }
}
