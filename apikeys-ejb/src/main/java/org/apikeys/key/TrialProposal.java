package org.apikeys.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.apikeys.restriction.Restrictions;
import org.jspecify.annotations.Nullable;

/**
 * What is on trial of a key: fields as they might be; what is null is as it is.
 *
 * @param scopes what the key would hold by itself
 * @param permissionSets names of the sets that it would hold
 * @param restrictions where it could be used from
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrialProposal(
    @Nullable List<String> scopes,
    @Nullable List<String> permissionSets,
    @Nullable Restrictions restrictions) {

  /** The fields that a change of a key changes, of those that can be on trial. */
  static TrialProposal of(KeyConfiguration before, KeyConfiguration after) {
    return new TrialProposal(
        after.scopes().equals(before.scopes()) ? null : after.scopes(),
        after.permissionSets().equals(before.permissionSets()) ? null : after.permissionSets(),
        after.restrictions().equals(before.restrictions()) ? null : after.restrictions());
  }

  boolean isNothing() {
    return scopes == null && permissionSets == null && restrictions == null;
  }

  /** The key as it would be. */
  KeyConfiguration on(KeyConfiguration present) {
    return present.narrowedTo(
        scopes == null ? present.scopes() : scopes,
        permissionSets == null ? present.permissionSets() : permissionSets,
        restrictions == null ? present.restrictions() : restrictions);
  }
}
