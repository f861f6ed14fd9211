package org.apikeys.web.client.sample;

/** Knows nothing of scopes: who inherits from it says what it takes. */
public class Announcements {
  public String announce() {
    return "announced";
  }
}
