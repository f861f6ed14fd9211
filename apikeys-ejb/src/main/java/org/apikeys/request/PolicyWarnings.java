package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.key.KeyTypes;
import org.apikeys.permission.Catalogue;
import org.apikeys.request.PolicyDocument.Addition;
import org.apikeys.request.PolicyDocument.Policy;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.request.PolicyDocument.When;
import org.apikeys.tenant.Directory;
import org.apikeys.tenant.PersonState;
import org.jspecify.annotations.Nullable;

/**
 * What in an organization's own policies speaks of nothing that there is now. It is told and not
 * refused: a plugin may bring the type or the scope later, and a person may come, or sign in with
 * another issuer.
 */
@ApplicationScoped
class PolicyWarnings {
  private final KeyTypes types;
  private final Catalogue catalogue;
  private final Directory directory;

  @Inject
  PolicyWarnings(KeyTypes types, Catalogue catalogue, Directory directory) {
    this.types = types;
    this.catalogue = catalogue;
    this.directory = directory;
  }

  @SuppressWarnings("NullAway")
  protected PolicyWarnings() {
    types = null;
    catalogue = null;
    directory = null;
  }

  /** Each as its place in the document and what is so there. */
  List<String> of(long organizationId, PolicyDocument document) {
    Look look = new Look(organizationId);
    for (int i = 0; i < document.policies().size(); i++) {
      Policy policy = document.policies().get(i);
      String place = "policies[" + i + "]";
      look.at(place, Objects.requireNonNull(policy.when()));
      List<Stage> stages = Objects.requireNonNull(policy.stages());
      for (int j = 0; j < stages.size(); j++) {
        look.at(place + ".stages[" + j + "]", stages.get(j));
      }
    }
    List<Addition> additions = Objects.requireNonNull(document.additions());
    for (int i = 0; i < additions.size(); i++) {
      String place = "additions[" + i + "]";
      look.at(place, Objects.requireNonNull(additions.get(i).when()));
      look.at(place, additions.get(i).stage());
    }
    return look.warnings;
  }

  /** One look at a document, in which a group that is named often is asked about once. */
  private final class Look {
    final List<String> warnings = new ArrayList<>();
    private final long organizationId;
    private final Set<String> known =
        types.all().stream().map(KeyTypes.Named::name).collect(Collectors.toSet());
    private final Map<String, Boolean> approving = new HashMap<>();

    Look(long organizationId) {
      this.organizationId = organizationId;
    }

    void at(String place, When when) {
      orNone(when.types()).stream()
          .filter(type -> !known.contains(type))
          .forEach(type -> warnings.add(place + ".when.types: there is no key type " + type));
      orNone(when.scopes()).stream()
          .filter(scope -> catalogue.matching(scope).isEmpty())
          .forEach(scope -> warnings.add(place + ".when.scopes: no scope is covered by " + scope));
      if (when.organizations() != null && !when.organizations().contains(organizationId)) {
        warnings.add(place + ".when.organizations: this organization is none of them");
      }
    }

    void at(String place, Stage stage) {
      for (String person : orNone(stage.people())) {
        Optional<PersonState> state = directory.stateOf(person);
        if (state.isEmpty()) {
          warnings.add(
              place
                  + (".people: " + person + " is not in the directory, which is right only for")
                  + " somebody who signs in with another issuer");
        } else if (!Approvers.mayApprove(state.get(), organizationId)) {
          warnings.add(place + ".people: " + person + " can't approve in this organization now");
        }
      }
      orNone(stage.groups()).stream()
          .filter(group -> !approving.computeIfAbsent(group, this::hasApprover))
          .forEach(
              group ->
                  warnings.add(
                      place + ".groups: nobody in the group " + group + " can approve now"));
    }

    private boolean hasApprover(String group) {
      return directory.statesInGroup(organizationId, group).stream()
          .anyMatch(one -> Approvers.mayApprove(one, organizationId));
    }
  }

  private static <T> List<T> orNone(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
