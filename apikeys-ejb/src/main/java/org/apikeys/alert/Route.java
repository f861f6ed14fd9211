package org.apikeys.alert;

import java.util.Set;

/**
 * How an alert is told, and what is done about it.
 *
 * @param channels {@code console}, {@code mail}, {@code webhook}
 */
record Route(String title, Set<String> channels, Answer answer) {
  static final String CONSOLE = "console";
  static final String MAIL = "mail";
  static final String WEBHOOK = "webhook";

  Route {
    channels = Set.copyOf(channels);
  }
}
