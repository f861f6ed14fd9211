package org.apikeys.plugin;

import java.util.List;
import org.apikeys.api.plugin.RequestValidator;
import org.apikeys.api.plugin.WantedKey;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;

/** The look of a loaded plugin at wanted keys, which answers in time whatever its code does. */
public final class PluginValidator {
  private static final int MOST_ERRORS = 20;
  private static final int LONGEST = 200;

  private final String plugin;
  private final RequestValidator validator;
  private final PluginCode code;

  PluginValidator(String plugin, RequestValidator validator, PluginCode code) {
    this.plugin = plugin;
    this.validator = validator;
    this.code = code;
  }

  /**
   * What the plugin objects to.
   *
   * @throws ProblemException {@link ProblemType#CONFLICT} when it can't say
   */
  public List<FieldError> validate(WantedKey key) {
    try {
      return code.call(
          () ->
              LoadedPlugin.all("validate", validator.validate(key)).stream()
                  .limit(MOST_ERRORS)
                  .map(error -> new FieldError(shown(error.field()), shown(error.message())))
                  .toList());
    } catch (PluginRefused e) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The plugin " + plugin + ", which looks at such keys, can't say: " + e.reason());
    }
  }

  private static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() > LONGEST ? clean.substring(0, LONGEST) + "…" : clean;
  }
}
