package org.apikeys.key;

import java.util.List;

/**
 * The approval under which a key is issued or changed.
 *
 * @param requestId number of the request
 * @param approvedBy user names; empty when policy approved it by itself
 */
public record Approval(long requestId, List<String> approvedBy) {
  public Approval {
    approvedBy = List.copyOf(approvedBy);
  }

  /** For the audit record; those of the request's approvals say by whom. */
  String words() {
    return approvedBy.isEmpty()
        ? "request " + requestId + ", approved by policy"
        : "request " + requestId;
  }
}
