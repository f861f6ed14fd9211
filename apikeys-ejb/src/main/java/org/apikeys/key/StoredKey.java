package org.apikeys.key;

import java.time.Instant;
import org.apikeys.crypto.KeyHasher.Hashed;
import org.apikeys.limit.Counter;
import org.jspecify.annotations.Nullable;

/**
 * One generation of a key's secret with all that deciding about the key needs of the store.
 *
 * @param secret the secret as it rests
 * @param key the key that it is of
 * @param owner the person of the directory who owns it; null when nobody there does
 * @param counts how often it was used in the present windows; null when nothing was counted
 * @param trial what is on trial of it; null when nothing is
 */
record StoredKey(
    Secret secret,
    Key key,
    @Nullable Owner owner,
    Counter.@Nullable Stored counts,
    @Nullable KeyTrial trial) {

  /**
   * A secret as it rests.
   *
   * @param foreign whether the hash is still another system's
   * @param endsAt when this generation ends; null for never
   */
  record Secret(
      int generation, Hashed hashed, boolean custom, boolean foreign, @Nullable Instant endsAt) {}

  /**
   * A key as it rests.
   *
   * @param owner user name of the owner
   * @param rotateBy when its secret ends unless it is rotated before; null for no such end
   * @param throttlePercent how much of its limits counts; null for the whole
   */
  record Key(
      long id,
      long organizationId,
      String owner,
      KeyConfiguration configuration,
      boolean revoked,
      boolean active,
      @Nullable Instant rotateBy,
      @Nullable Integer throttlePercent) {}

  /**
   * The owner.
   *
   * @param active whether they, and their organization, are enabled
   */
  record Owner(long id, boolean active) {}
}
