package org.apikeys.key;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.EJBException;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.crypto.Secret;
import org.jspecify.annotations.Nullable;

/** Takes keys of another system as hashes; each stands or falls by itself. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_WRITE)
@TransactionAttribute(NOT_SUPPORTED)
public class KeyImport {
  private static final String FAILED =
      "The store could not take it, or the same hash came in at the same time; import it again.";

  private final ImportedKeys imported;

  @Inject
  public KeyImport(ImportedKeys imported) {
    this.imported = imported;
  }

  @SuppressWarnings("NullAway")
  public KeyImport() {
    imported = null;
  }

  /** Reads one entry; throws a problem when it can't be understood. */
  public interface Reader {
    ForeignKey read();
  }

  /**
   * A key of another system.
   *
   * @param algorithm {@code sha256}, {@code hmac-sha256} or {@code bcrypt}
   * @param hash hex, or the bcrypt text
   * @param prefix the visible beginning of the key; bcrypt is looked up by it
   */
  public record ForeignKey(
      String algorithm, String hash, @Nullable String prefix, KeyConfiguration order) {}

  /** What became of an entry. */
  public record Result(
      int index,
      String status,
      @Nullable Long id,
      @Nullable String keyId,
      @Nullable String error) {}

  /**
   * Imports.
   *
   * @param hmacSecret the secret that the HMACs were made under; null when there are none
   */
  public List<Result> run(Caller caller, List<Reader> entries, @Nullable Secret hmacSecret) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        long id = imported.take(caller, entries.get(i).read(), hmacSecret);
        results.add(new Result(i, "imported", id, "key-" + id, null));
      } catch (ProblemException refused) {
        results.add(new Result(i, "rejected", null, null, refused.detail()));
      } catch (EJBException | PersistenceException failed) {
        // another call was first, or the store failed: the other entries have their results
        results.add(new Result(i, "rejected", null, null, FAILED));
      }
    }
    return results;
  }
}
