package org.apikeys.api.plugin;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apikeys.api.permission.Scope;

/**
 * Approvals that a key takes because of what this plugin brings, in organizations that have not set
 * policies of their own. It only ever asks for more: a plugin can't make an approval unnecessary,
 * and whoever may approve anything (managers and administrators) approves this.
 *
 * <p>All conditions that are given must hold. At least one scope or type is given.
 *
 * @param name lower-case letters, digits and {@code -}, 1 to 40 characters, once in the plugin;
 *     shown with the plugin's id in front
 * @param description one sentence of at most 200 characters for those who wait
 * @param scopes scopes or patterns over this plugin's scopes: the key carries one that they cover;
 *     empty for any
 * @param types key types: the key is of one of them; empty for any
 * @param environments {@code production}, {@code staging}, {@code development}; empty for any
 * @param approvals how many people more must agree, 1 to 10
 */
public record PolicyDefault(
    String name,
    String description,
    List<String> scopes,
    List<String> types,
    List<String> environments,
    int approvals) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final Set<String> ENVIRONMENTS = Set.of("production", "staging", "development");

  public PolicyDefault {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a policy default: " + name);
    }
    if (description.isBlank() || description.length() > 200) {
      throw new IllegalArgumentException(name + ": a description has 1 to 200 characters");
    }
    scopes = List.copyOf(scopes);
    types = List.copyOf(types);
    environments = List.copyOf(environments);
    scopes.forEach(Scope::parse);
    if (scopes.isEmpty() && types.isEmpty()) {
      throw new IllegalArgumentException(name + ": a policy default names scopes or types");
    }
    if (!ENVIRONMENTS.containsAll(environments)) {
      throw new IllegalArgumentException(
          name + ": environments are of production, staging, development");
    }
    if (approvals < 1 || approvals > 10) {
      throw new IllegalArgumentException(name + ": approvals is 1 to 10");
    }
  }
}
