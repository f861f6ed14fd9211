package org.apikeys.usage;

import org.apikeys.api.verify.DecisionCode;

/**
 * What calls are told apart by before they are rolled up.
 *
 * @param minute minutes since 1970 UTC
 * @param endpoint empty when unknown, {@link #MORE} for those beyond the ones that are told apart
 * @param country two letters; empty when unknown
 */
record Cell(
    long keyId,
    long organizationId,
    long minute,
    DecisionCode code,
    int status,
    String endpoint,
    String country) {
  /** Stands for endpoints beyond those that are told apart. */
  static final String MORE = "*";

  /** Of a longer endpoint its beginning counts. */
  static final int LONGEST_ENDPOINT = 200;

  static final long MINUTE_MILLIS = 60_000;

  Cell in(String otherEndpoint, int otherStatus, String otherCountry) {
    return new Cell(keyId, organizationId, minute, code, otherStatus, otherEndpoint, otherCountry);
  }
}
