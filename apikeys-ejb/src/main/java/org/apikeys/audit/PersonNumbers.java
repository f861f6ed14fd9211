package org.apikeys.audit;

import java.util.Optional;

/** Knows the numbers of people, by which the log knows them. */
@FunctionalInterface
public interface PersonNumbers {
  /** The number of the person with this user name; none for people of an external issuer. */
  Optional<Long> numberOf(String username);
}
