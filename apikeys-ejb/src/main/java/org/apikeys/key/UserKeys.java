package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;

/**
 * Keys of users who are known by an e-mail address and have one key each. The user is the person of
 * the directory who has this address now; an administrator also keeps keys for users who are in no
 * directory, and owns them. A key that was made for the address but is somebody else's by now is
 * not the user's: it is neither shown nor revoked here.
 */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
public class UserKeys {
  private static final int MOST_LOOKED_AT = 100;

  @PersistenceContext EntityManager store;
  private final ApiKeys keys;
  private final KeyLists lists;
  private final KeyKeeper keeper;
  private final Directory directory;
  private final Clock clock;

  @Inject
  public UserKeys(
      ApiKeys keys, KeyLists lists, KeyKeeper keeper, Directory directory, Clock clock) {
    this.keys = keys;
    this.lists = lists;
    this.keeper = keeper;
    this.directory = directory;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public UserKeys() {
    keys = null;
    lists = null;
    keeper = null;
    directory = null;
    clock = null;
  }

  /**
   * The user's key, whichever way in it was made by: the one that was made for the address, else
   * the newest that the person can use.
   */
  @RolesAllowed({ManagementScope.KEYS_READ, ManagementScope.USAGE_READ})
  public Optional<KeyView> find(Caller caller, String email) {
    return keyOf(caller, email).map(this::view);
  }

  /** An order for the user's key, with the one who is to own it. */
  public KeyConfiguration orderFor(Caller caller, String email, KeyConfiguration order) {
    String owner = owner(caller, email);
    if (owner == null) {
      if (!caller.isAdministrator()) {
        throw noSuchUser();
      }
      owner = caller.owner();
    }
    return order.withOwner(owner);
  }

  /**
   * Makes a key the user's own; the one that was the user's before is revoked. A key whose owner
   * has lost the address since it was asked for stays just a key.
   */
  @RolesAllowed({ManagementScope.KEYS_WRITE, ManagementScope.REQUESTS_WRITE})
  public void replaceBy(Caller caller, String email, long keyId) {
    String owner = keys.byId(keyId).orElseThrow().owner();
    List<String> people = people(caller, email);
    boolean isOwners =
        email.equalsIgnoreCase(owner) || people.stream().anyMatch(owner::equalsIgnoreCase);
    if (!isOwners && !people.isEmpty()) {
      return;
    }
    UserKeyId id = id(caller, email);
    UserKey known = store.find(UserKey.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (known != null) {
      keys.byId(known.keyId())
          .filter(key -> key.id() != keyId && known.counts(key, isOwners ? owner : null))
          .ifPresent(key -> keeper.revokeReplaced(caller, key.id()));
    }
    String keptBy = isOwners ? null : owner;
    if (known == null) {
      store.persist(new UserKey(id, keyId, keptBy));
    } else {
      known.leadTo(keyId, keptBy);
    }
    store.flush();
  }

  /** Revokes the user's key. */
  public KeyView revoke(Caller caller, String email) {
    ApiKey key =
        keyOf(caller, email).orElseThrow(() -> ProblemException.notFound("API key of this user"));
    return keeper.revoke(caller, key.id(), null, null);
  }

  private Optional<ApiKey> keyOf(Caller caller, String email) {
    String owner = owner(caller, email);
    UserKey known = store.find(UserKey.class, id(caller, email));
    Optional<ApiKey> made =
        Optional.ofNullable(known)
            .flatMap(found -> keys.byId(found.keyId()).filter(key -> found.counts(key, owner)));
    if (made.isPresent() || owner == null) {
      return made;
    }
    return lists.findUnrevoked(caller.organizationId(), owner, 1, MOST_LOOKED_AT).items().stream()
        .map(KeyLists.Counted::key)
        .filter(key -> key.statusAt(clock.instant()) == KeyStatus.ACTIVE)
        .findFirst()
        .flatMap(key -> keys.byId(key.id()));
  }

  /** The user name of the person with this address; null for a user who is in no directory. */
  private @Nullable String owner(Caller caller, String email) {
    if (email.equalsIgnoreCase(caller.owner())) {
      return caller.owner();
    }
    List<String> names = people(caller, email);
    if (names.contains(caller.owner())) {
      return caller.owner();
    }
    if (!caller.seesWholeOrganization()) {
      throw noSuchUser();
    }
    if (names.size() > 1) {
      throw new ProblemException(
          ProblemType.CONFLICT, "More than one person has this e-mail address.");
    }
    return names.isEmpty() ? null : names.get(0);
  }

  /** The user names of those of the directory who have this address. */
  private List<String> people(Caller caller, String email) {
    return directory.statesByEmail(caller.organizationId(), email).stream()
        .map(PersonState::username)
        .toList();
  }

  private KeyView view(ApiKey key) {
    return KeyView.of(key, keys.usageOf(key.id()), clock.instant());
  }

  private static UserKeyId id(Caller caller, String email) {
    return new UserKeyId(caller.organizationId(), email.toLowerCase(Locale.ROOT));
  }

  private static ProblemException noSuchUser() {
    return ProblemException.notFound("user");
  }
}
