package org.apikeys.request;

import java.util.List;

/**
 * How much harm a wish could do.
 *
 * @param score 0 to 100
 * @param reasons sentences for the approver, the weightiest first
 */
public record Risk(int score, List<String> reasons) {
  public Risk {
    reasons = List.copyOf(reasons);
  }
}
