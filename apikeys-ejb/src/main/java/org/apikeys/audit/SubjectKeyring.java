package org.apikeys.audit;

import static jakarta.ejb.TransactionAttributeType.REQUIRES_NEW;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;

/**
 * Finds or makes the key of a subject in a transaction of its own: a change that is rolled back
 * must not take a key along that other records are sealed under.
 */
@Stateless
@TransactionAttribute(REQUIRES_NEW)
public class SubjectKeyring {
  private final SubjectKeys keys;

  @Inject
  public SubjectKeyring(SubjectKeys keys) {
    this.keys = keys;
  }

  @SuppressWarnings("NullAway")
  public SubjectKeyring() {
    keys = null;
  }

  /** The key that new records of the subject are sealed under. */
  public SubjectKey keyOf(String subject) {
    return keys.newest(subject).orElseGet(() -> keys.create(subject));
  }
}
