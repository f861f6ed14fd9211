package org.apikeys.web.server;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Names that no other test uses, in this run or in another on the same store. */
public final class Unique {
  private static final String RUN = UUID.randomUUID().toString().substring(0, 6);
  private static final AtomicInteger NEXT = new AtomicInteger();

  private Unique() {}

  public static String name(String what) {
    return what + "-" + RUN + "-" + NEXT.incrementAndGet();
  }
}
