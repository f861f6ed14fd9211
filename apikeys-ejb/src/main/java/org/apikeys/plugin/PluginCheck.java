package org.apikeys.plugin;

import java.util.List;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.plugin.CheckedCall;
import org.apikeys.api.plugin.DecisionCheckDeclaration;
import org.apikeys.api.plugin.Verdict;

/** A check of a loaded plugin, which answers in time whatever its code does. */
public final class PluginCheck {
  private static final int LONGEST_REASON = 200;

  private final String plugin;
  private final DecisionCheckDeclaration declared;
  private final List<Scope> scopes;
  private final PluginCode code;

  PluginCheck(String plugin, DecisionCheckDeclaration declared, PluginCode code) {
    this.plugin = plugin;
    this.declared = declared;
    this.code = code;
    scopes = declared.scopes().stream().map(Scope::parse).toList();
  }

  /** How an explanation calls it. */
  public String title() {
    return "plugin:" + plugin + ":" + declared.name();
  }

  public String name() {
    return declared.name();
  }

  public String description() {
    return declared.description();
  }

  /** The scopes and patterns that it judges. */
  public List<String> scopes() {
    return declared.scopes();
  }

  /** Whether it judges the scope. */
  public boolean concerns(Scope scope) {
    return scopes.stream().anyMatch(own -> own.covers(scope));
  }

  /** Whether the scope counts for the call; what can't be said in time is a no. */
  public Verdict judge(Scope scope, CheckedCall call) {
    try {
      Verdict verdict = code.call(() -> declared.check().judge(scope.toString(), call));
      return verdict.counts() ? verdict : Verdict.refuse(shown(verdict.reason()));
    } catch (PluginRefused e) {
      return Verdict.refuse("the plugin " + plugin + " can't say: " + e.reason());
    }
  }

  private static String shown(String reason) {
    String clean = reason.replaceAll("\\p{Cntrl}", " ");
    return clean.length() > LONGEST_REASON ? clean.substring(0, LONGEST_REASON) + "…" : clean;
  }
}
