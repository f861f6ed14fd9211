package org.apikeys.web.access;

/** The paths that are answered in front of the JAX-RS application. */
public final class HotPaths {
  public static final String VERIFY = "/api/v1/api-keys/verify";
  public static final String AUTHORIZE = "/api/v1/authorize";

  private HotPaths() {}
}
