package org.apikeys.configuration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.Retention;
import org.apikeys.audit.RetentionOrder;
import org.apikeys.configuration.ConfigurationDocument.PermissionSetPart;
import org.apikeys.configuration.ConfigurationDocument.Tenant;
import org.apikeys.configuration.ConfigurationDocument.WebhookPart;
import org.apikeys.configuration.Restored.Outcome;
import org.apikeys.notice.Webhooks;
import org.apikeys.permission.MadeSet;
import org.apikeys.permission.MadeSets;
import org.apikeys.permission.PermissionSetOrder;
import org.apikeys.permission.PermissionSets;
import org.apikeys.request.Policies;
import org.apikeys.store.Json;
import org.apikeys.tenant.OrganizationOrder;
import org.apikeys.tenant.OrganizationView;
import org.apikeys.tenant.Tenants;
import org.jspecify.annotations.Nullable;

/** Compares a document with what is there, and knows how to bring each part about. */
@ApplicationScoped
class ConfigurationSteps {
  private final Tenants tenants;
  private final Retention retention;
  private final MadeSets sets;
  private final PermissionSets setRules;
  private final Policies policies;
  private final Webhooks webhooks;

  @Inject
  ConfigurationSteps(
      Tenants tenants,
      Retention retention,
      MadeSets sets,
      PermissionSets setRules,
      Policies policies,
      Webhooks webhooks) {
    this.tenants = tenants;
    this.retention = retention;
    this.sets = sets;
    this.setRules = setRules;
    this.policies = policies;
    this.webhooks = webhooks;
  }

  @SuppressWarnings("NullAway")
  protected ConfigurationSteps() {
    tenants = null;
    retention = null;
    sets = null;
    setRules = null;
    policies = null;
    webhooks = null;
  }

  /**
   * One part of a restore.
   *
   * @param expected what would become of it
   * @param action brings it about
   */
  record Step(Restored expected, UnaryOperator<Restored> action) {
    /** Brings it about, and says so. */
    Restored taken() {
      return action.apply(expected);
    }
  }

  /** Every part of the document, in the order in which they are brought about. */
  List<Step> of(Caller caller, ConfigurationDocument wanted) {
    if (!Objects.equals(wanted.formatVersion(), ConfigurationDocument.FORMAT)) {
      throw ProblemException.invalid("format_version", "is " + ConfigurationDocument.FORMAT);
    }
    requireWhole("organizations", wanted.organizations());
    requireWhole("permission_sets", wanted.permissionSets());
    requireWhole("webhooks", wanted.webhooks());
    List<Step> steps = new ArrayList<>();
    addOrganizations(caller, wanted.organizations(), steps);
    addRetention(caller, wanted.retention(), steps);
    addSets(caller, wanted.permissionSets(), steps);
    addPolicies(caller, wanted.policies(), steps);
    addWebhooks(caller, wanted.webhooks(), steps);
    return steps;
  }

  private static void requireWhole(String field, @Nullable List<?> list) {
    int missing = list == null ? -1 : list.indexOf(null);
    if (missing >= 0) {
      throw ProblemException.invalid(field + "[" + missing + "]", "is required");
    }
  }

  private static Step checked(
      String place,
      @Nullable String name,
      Runnable check,
      Outcome outcome,
      UnaryOperator<Restored> action) {
    try {
      check.run();
    } catch (ProblemException e) {
      FieldError first =
          e.errors().isEmpty() ? new FieldError("", String.valueOf(e.detail())) : e.errors().get(0);
      return new Step(Restored.rejected(place, name, first), UnaryOperator.identity());
    }
    return new Step(
        Restored.as(outcome, place, name),
        outcome == Outcome.UNCHANGED ? UnaryOperator.identity() : action);
  }

  private static Step twice(String place, String name) {
    return new Step(
        Restored.rejected(place, name, new FieldError("", "stands in the document twice")),
        UnaryOperator.identity());
  }

  private void addOrganizations(Caller caller, @Nullable List<Tenant> wanted, List<Step> steps) {
    if (wanted == null) {
      return;
    }
    Map<String, OrganizationView> present = new TreeMap<>();
    ConfigurationStore.all((page, size) -> tenants.list(caller, page, size))
        .forEach(one -> present.put(key(one.name()), one));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      Tenant tenant = wanted.get(i);
      String place = "organizations[" + i + "]";
      String name = String.valueOf(tenant.name());
      if (!seen.add(key(name))) {
        steps.add(twice(place, name));
        continue;
      }
      OrganizationView there = present.get(key(name));
      OrganizationOrder order = new OrganizationOrder(tenant.name(), tenant.active());
      boolean same =
          there != null
              && there.name().equals(name)
              && (tenant.active() == null || tenant.active() == there.active());
      steps.add(
          checked(
              place,
              name,
              () -> tenants.check(caller, there == null ? null : there.id(), order),
              outcome(there == null, same),
              restored -> {
                if (there == null) {
                  tenants.create(caller, order);
                } else {
                  tenants.change(caller, there.id(), order, null);
                }
                return restored;
              }));
    }
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static Outcome outcome(boolean missing, boolean same) {
    return missing ? Outcome.CREATED : same ? Outcome.UNCHANGED : Outcome.UPDATED;
  }

  private void addRetention(Caller caller, @Nullable Map<String, String> wanted, List<Step> steps) {
    if (wanted == null) {
      return;
    }
    RetentionOrder order = new RetentionOrder(wanted);
    boolean same = retention.read().entrySet().containsAll(wanted.entrySet());
    steps.add(
        checked(
            "retention",
            null,
            () -> retention.check(caller, order),
            outcome(false, same),
            restored -> {
              retention.change(caller, order);
              return restored;
            }));
  }

  private void addSets(Caller caller, @Nullable List<PermissionSetPart> wanted, List<Step> steps) {
    if (wanted == null) {
      return;
    }
    Map<String, MadeSet> present = new TreeMap<>();
    ConfigurationStore.all((page, size) -> sets.list(caller, page, size))
        .forEach(one -> present.put(one.name(), one));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      PermissionSetPart set = wanted.get(i);
      String place = "permission_sets[" + i + "]";
      String name = String.valueOf(set.name());
      if (!seen.add(name)) {
        steps.add(twice(place, name));
        continue;
      }
      MadeSet there = present.get(name);
      PermissionSetOrder order =
          new PermissionSetOrder(set.name(), set.description(), set.scopes());
      boolean same =
          there != null
              && there.description().equals(set.description())
              && there.scopes().equals(order.scopes());
      steps.add(
          checked(
              place,
              name,
              () -> setRules.check(caller, order, there),
              outcome(there == null, same),
              restored -> {
                if (there == null) {
                  sets.create(caller, order);
                } else {
                  sets.change(caller, there.id(), order, null);
                }
                return restored;
              }));
    }
  }

  private void addPolicies(Caller caller, @Nullable ObjectNode wanted, List<Step> steps) {
    if (wanted == null) {
      return;
    }
    Policies.View present = policies.read(caller);
    boolean missing = present.version() == 0;
    steps.add(
        checked(
            "policies",
            null,
            () -> policies.check(wanted),
            outcome(missing, !missing && isSame(present, wanted)),
            restored -> {
              policies.replace(caller, wanted, null);
              return restored;
            }));
  }

  /** Compared as they are written out, so that what was left out makes no difference. */
  private boolean isSame(Policies.View present, ObjectNode wanted) {
    try {
      return Json.MAPPER
          .valueToTree(present.document())
          .equals(Json.MAPPER.valueToTree(policies.check(wanted)));
    } catch (ProblemException e) {
      return false;
    }
  }

  private void addWebhooks(Caller caller, @Nullable List<WebhookPart> wanted, List<Step> steps) {
    if (wanted == null) {
      return;
    }
    List<Webhooks.View> present =
        ConfigurationStore.all((page, size) -> webhooks.list(caller, page, size));
    Map<String, Integer> seen = new TreeMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      WebhookPart part = wanted.get(i);
      String place = "webhooks[" + i + "]";
      String url = String.valueOf(part.url());
      // several may go to one address: the second of the document is the second that is there
      int before = seen.merge(url, 1, Integer::sum) - 1;
      Optional<Webhooks.View> there =
          present.stream().filter(one -> one.url().equals(url)).skip(before).findFirst();
      Webhooks.Order order = new Webhooks.Order(part.url(), part.events(), null, part.active());
      boolean same =
          there.isPresent()
              && there.get().events().equals(part.events())
              && (part.active() == null || part.active() == there.get().active());
      steps.add(
          checked(
              place,
              url,
              () -> webhooks.check(order),
              outcome(there.isEmpty(), same),
              restored -> {
                if (there.isPresent()) {
                  webhooks.change(caller, there.get().id(), order, null);
                  return restored;
                }
                return restored.with(webhooks.create(caller, order).secret());
              }));
    }
  }
}
