package org.apikeys.alert;

import java.util.List;
import org.apikeys.api.alert.AlertKind;

/**
 * Something that is not usual.
 *
 * @param score 0 to 100
 * @param detail a sentence for people, that goes on after the name of what it is about
 * @param reasons what the score is made of
 */
record Finding(AlertKind kind, int score, String detail, List<String> reasons) {
  Finding {
    reasons = List.copyOf(reasons);
  }
}
