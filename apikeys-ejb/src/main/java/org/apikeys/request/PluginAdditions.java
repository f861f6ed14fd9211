package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.apikeys.api.plugin.PolicyDefault;
import org.apikeys.permission.Catalogue;
import org.apikeys.request.PolicyDocument.Addition;
import org.apikeys.request.PolicyDocument.When;
import org.jspecify.annotations.Nullable;

/** What the enabled plugins ask for beside the built-in policies. */
@ApplicationScoped
class PluginAdditions {
  private static final List<String> APPROVERS = List.of("manager", "admin");

  private final Catalogue catalogue;

  @Inject
  PluginAdditions(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @SuppressWarnings("NullAway")
  protected PluginAdditions() {
    catalogue = null;
  }

  /** The additions of now, each named after its plugin. */
  List<Addition> all() {
    return catalogue.policyDefaults().stream()
        .map(one -> addition(one.plugin(), one.declared()))
        .toList();
  }

  private static Addition addition(String plugin, PolicyDefault declared) {
    When when =
        When.ofKey(
            given(declared.types()), given(declared.environments()), given(declared.scopes()));
    return new Addition(
        plugin + "-" + declared.name(),
        declared.description(),
        when,
        declared.approvals(),
        APPROVERS,
        null,
        null,
        false);
  }

  private static @Nullable List<String> given(List<String> values) {
    return values.isEmpty() ? null : values;
  }
}
