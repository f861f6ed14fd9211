package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apikeys.crypto.ForeignHashes;
import org.apikeys.crypto.KeyHasher;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;

/**
 * Finds the stored secret that a presented key is: as this system hashes, or as the system did that
 * it was imported from. Anybody can import a hash of a key that is here already, and what this
 * system hashed itself always wins: nobody else's import changes what a key does.
 */
@ApplicationScoped
class Presented {
  private final SlowTurns slow = new SlowTurns();
  private final StoredKeys stored;
  private final ForeignSecrets foreign;
  private final KeyHasher hasher;
  private final KeyMaterial material;

  @Inject
  Presented(StoredKeys stored, ForeignSecrets foreign, KeyHasher hasher, KeyMaterial material) {
    this.stored = stored;
    this.foreign = foreign;
    this.hasher = hasher;
    this.material = material;
  }

  @SuppressWarnings("NullAway")
  protected Presented() {
    stored = null;
    foreign = null;
    hasher = null;
    material = null;
  }

  /**
   * What a presented key is.
   *
   * @param key the stored secret with its key
   * @param duplicates digests of imported secrets that are of the same value, and have not ended
   */
  record Found(StoredKey key, List<String> duplicates) {}

  /** The stored secret with its key: one look into the store where nothing was imported lately. */
  Optional<Found> find(Secret presented) {
    List<StoredKey> own = stored.byDigests(hasher.candidates(presented));
    for (int i = 0; i < own.size(); i++) {
      if (hasher.matches(presented, own.get(i).secret().hashed())) {
        return Optional.of(new Found(own.get(i), duplicates(own.subList(i + 1, own.size()))));
      }
    }
    ForeignSecrets.Known known = foreign.known();
    return byHmac(known.hmacs(), presented)
        .or(() -> known.slow() ? byBcrypt(presented) : Optional.empty())
        .map(found -> new Found(found, List.of()));
  }

  private static List<String> duplicates(List<StoredKey> others) {
    return others.stream()
        .map(StoredKey::secret)
        .filter(secret -> secret.foreign() && secret.endsAt() == null)
        .map(secret -> secret.hashed().digest())
        .toList();
  }

  private Optional<StoredKey> byHmac(List<ImportSecret> secrets, Secret presented) {
    List<String> digests = new ArrayList<>();
    for (ImportSecret under : secrets) {
      Secret secret = material.sealing().open(under.sealed(), ImportSecret.sealedFor(under));
      digests.add(ForeignHashes.hmacDigest(under.id(), ForeignHashes.hmac(secret, presented)));
    }
    return digests.isEmpty() ? Optional.empty() : stored.byDigests(digests).stream().findFirst();
  }

  private Optional<StoredKey> byBcrypt(Secret presented) {
    List<KeySecret> alike = foreign.bySlowHash(presented.reveal());
    return alike.isEmpty()
        ? Optional.empty()
        : slow.inTurn(() -> matching(alike, presented))
            .flatMap(
                found -> stored.byDigests(List.of(found.hashed().digest())).stream().findFirst());
  }

  private static Optional<KeySecret> matching(List<KeySecret> alike, Secret presented) {
    return alike.stream()
        .filter(one -> ForeignHashes.matchesBcrypt(presented, one.foreignBcrypt()))
        .findFirst();
  }
}
