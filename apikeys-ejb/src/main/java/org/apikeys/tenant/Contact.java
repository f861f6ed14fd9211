package org.apikeys.tenant;

import org.jspecify.annotations.Nullable;

/** How to reach a person. */
public record Contact(String username, @Nullable String email) {

  /** Neither ends up in a log. */
  @Override
  public String toString() {
    return "Contact";
  }
}
