package org.apikeys.api.plugin;

/** How much harm a scope can do in wrong hands. */
public enum Risk {
  LOW,
  MEDIUM,
  HIGH
}
