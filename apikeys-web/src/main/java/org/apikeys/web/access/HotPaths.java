package org.apikeys.web.access;

import java.util.Set;

/** The paths that Servlets answer in front of the JAX-RS application. */
public final class HotPaths {
  public static final String VERIFY = "/api/v1/api-keys/verify";
  public static final String AUTHORIZE = "/api/v1/authorize";

  private static final Set<String> ALL = Set.of(VERIFY, AUTHORIZE);

  private HotPaths() {}

  /** Whether the container need not know who calls: no EJB asks it on this path. */
  static boolean contains(String path) {
    return ALL.contains(path);
  }
}
