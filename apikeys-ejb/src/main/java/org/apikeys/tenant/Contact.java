package org.apikeys.tenant;

import org.jspecify.annotations.Nullable;

/** How to reach a person. */
public record Contact(String username, @Nullable String email) {
  /** Stands before the name of a group where roles and groups are named together. */
  public static final String GROUP = "group:";

  /** Neither ends up in a log. */
  @Override
  public String toString() {
    return "Contact";
  }
}
