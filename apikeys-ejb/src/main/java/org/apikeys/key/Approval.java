package org.apikeys.key;

import java.util.List;

/**
 * The approval under which a key is issued or changed.
 *
 * @param requestId number of the request
 * @param approvedBy user names; empty when policy approved it by itself, or nobody has yet
 * @param awaited whether it is still to be given: an emergency key is issued before
 */
public record Approval(long requestId, List<String> approvedBy, boolean awaited) {
  public Approval {
    approvedBy = List.copyOf(approvedBy);
  }

  public Approval(long requestId, List<String> approvedBy) {
    this(requestId, approvedBy, false);
  }

  /** For the audit record; those of the request's approvals say by whom. */
  String words() {
    if (awaited) {
      return "request " + requestId + ", not approved yet";
    }
    return approvedBy.isEmpty()
        ? "request " + requestId + ", approved by policy"
        : "request " + requestId;
  }
}
