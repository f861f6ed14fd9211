package org.apikeys.alert;

import java.util.List;
import java.util.Set;
import org.apikeys.api.alert.Severity;

/**
 * How an alert is told, and what is done about it.
 *
 * @param channels {@code console}, {@code mail}, {@code webhook}
 */
record Route(String title, Set<String> channels, Answer answer) {
  static final String CONSOLE = "console";
  static final String MAIL = "mail";
  static final String WEBHOOK = "webhook";

  /** Every way there is. */
  static final List<String> ALL = List.of(CONSOLE, MAIL, WEBHOOK);

  /** Where an alert is told when nobody says: mail is for what somebody should look at today. */
  static List<String> standard(Severity severity) {
    return severity == Severity.INFO ? List.of(CONSOLE, WEBHOOK) : ALL;
  }

  Route {
    channels = Set.copyOf(channels);
  }
}
