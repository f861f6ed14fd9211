package org.apikeys.api.cluster;

/** What changed. */
public enum Topic {
  /** One key; the subject is its number. */
  KEY,
  /** One person; the subject is their number. */
  PERSON,
  /** One organization; the subject is its number. */
  ORGANIZATION,
  /** The catalogue of scopes and sets; the subject is 0. */
  PERMISSIONS
}
