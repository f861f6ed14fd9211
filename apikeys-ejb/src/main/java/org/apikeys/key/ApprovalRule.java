package org.apikeys.key;

import java.util.Optional;
import org.apikeys.api.tenant.Caller;

/** Says what takes somebody's approval. Whoever knows the policies answers it. */
public interface ApprovalRule {

  /** A sentence about the approval that the wish needs; empty when it may be had at once. */
  Optional<String> neededFor(Caller caller, Wish wish);
}
