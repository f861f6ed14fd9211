package org.apikeys.api.plugin;

import java.util.List;
import org.apikeys.api.problem.FieldError;

/**
 * Looks at what somebody asks of a key before it is issued or changed, and objects to what the
 * plugin's side could not work with.
 *
 * <p>It is asked about keys that carry a scope of its plugin or are of a type that its plugin
 * brings: when one is ordered or requested, when one changes, and again when an approval takes
 * effect. It comes after the system's own rules and can only refuse more. Deactivating and revoking
 * a key never ask it.
 *
 * <p>It is pure, as a {@link DecisionCheck} is. One that throws, answers null, or takes longer than
 * the operator allows ({@code apikeys.plugins.check-time-limit}) has the request refused with 409,
 * and its plugin is quarantined.
 */
@FunctionalInterface
public interface RequestValidator {

  /**
   * Says what is wrong with a wanted key.
   *
   * @return an error for each wrong field, named as in the request ({@code metadata.shop}); empty
   *     when there is none. More than 20 are cut.
   */
  List<FieldError> validate(WantedKey key);
}
