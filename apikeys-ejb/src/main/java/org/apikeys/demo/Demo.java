package org.apikeys.demo;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;

/** Fills an empty store. */
@Stateless
@PermitAll
public class Demo {

  @Inject
  public Demo() {}

  /** People of each role, keys of several types, and some calls. */
  public void fill() {}
}
