package org.apikeys.configuration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.Retention;
import org.apikeys.configuration.ConfigurationDocument.PermissionSetPart;
import org.apikeys.configuration.ConfigurationDocument.Tenant;
import org.apikeys.configuration.ConfigurationDocument.WebhookPart;
import org.apikeys.notice.Webhooks;
import org.apikeys.permission.MadeSet;
import org.apikeys.permission.MadeSets;
import org.apikeys.request.Policies;
import org.apikeys.store.Json;
import org.apikeys.store.Page;
import org.apikeys.tenant.OrganizationView;
import org.apikeys.tenant.Tenants;

/** Reads and writes all that a configuration is made of, in one transaction. */
@Stateless
@RolesAllowed(ManagementScope.ORGS_MANAGE)
public class ConfigurationStore {
  private static final int PAGE = 200;
  private static final List<String> NEEDED =
      List.of(
          ManagementScope.ORGS_MANAGE,
          ManagementScope.PLUGINS_MANAGE,
          ManagementScope.WEBHOOKS_MANAGE,
          ManagementScope.AUDIT_READ);

  private final Tenants tenants;
  private final Retention retention;
  private final MadeSets sets;
  private final Policies policies;
  private final Webhooks webhooks;
  private final ConfigurationSteps steps;
  private final Clock clock;

  @Inject
  public ConfigurationStore(
      Tenants tenants,
      Retention retention,
      MadeSets sets,
      Policies policies,
      Webhooks webhooks,
      ConfigurationSteps steps,
      Clock clock) {
    this.tenants = tenants;
    this.retention = retention;
    this.sets = sets;
    this.policies = policies;
    this.webhooks = webhooks;
    this.steps = steps;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public ConfigurationStore() {
    tenants = null;
    retention = null;
    sets = null;
    policies = null;
    webhooks = null;
    steps = null;
    clock = null;
  }

  public ConfigurationDocument read(Caller caller) {
    requireAll(caller);
    boolean operator = caller.organizationId() == Caller.DEFAULT_ORGANIZATION;
    Policies.View inForce = policies.read(caller);
    ObjectNode own = inForce.version() == 0 ? null : Json.MAPPER.valueToTree(inForce.document());
    OrganizationView home = tenants.read(caller, caller.organizationId());
    return new ConfigurationDocument(
        ConfigurationDocument.FORMAT,
        clock.instant().toString(),
        Json.MAPPER.createObjectNode().put("id", home.id()).put("name", home.name()),
        operator
            ? all((page, size) -> tenants.list(caller, page, size)).stream()
                .map(one -> new Tenant(one.name(), one.active()))
                .toList()
            : null,
        operator ? retention.read() : null,
        all((page, size) -> sets.list(caller, page, size)).stream()
            .map(ConfigurationStore::part)
            .toList(),
        own,
        all((page, size) -> webhooks.list(caller, page, size)).stream()
            .map(one -> new WebhookPart(one.url(), one.events(), one.active()))
            .toList());
  }

  private static PermissionSetPart part(MadeSet set) {
    return new PermissionSetPart(set.name(), set.description(), set.scopes());
  }

  static <T> List<T> all(BiFunction<Integer, Integer, Page<T>> pages) {
    List<T> all = new ArrayList<>();
    Page<T> page;
    int number = 1;
    do {
      page = pages.apply(number++, PAGE);
      all.addAll(page.items());
    } while (page.items().size() == PAGE);
    return all;
  }

  /** Outside of a transaction: a rule that is broken must not end the looking. */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public List<Restored> compare(Caller caller, ConfigurationDocument wanted) {
    requireAll(caller);
    return steps.of(caller, wanted).stream().map(ConfigurationSteps.Step::expected).toList();
  }

  public List<Restored> restore(Caller caller, ConfigurationDocument wanted) {
    requireAll(caller);
    List<ConfigurationSteps.Step> all = steps.of(caller, wanted);
    requireGood(all.stream().map(ConfigurationSteps.Step::expected).toList());
    return all.stream().map(ConfigurationSteps.Step::taken).toList();
  }

  static void requireGood(List<Restored> expected) {
    List<FieldError> wrong =
        expected.stream()
            .filter(Restored::isRejected)
            .map(one -> new FieldError(String.valueOf(one.field()), String.valueOf(one.detail())))
            .toList();
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
  }

  private static void requireAll(Caller caller) {
    NEEDED.stream()
        .filter(scope -> !caller.holds(scope))
        .findFirst()
        .ifPresent(
            scope -> {
              throw new ProblemException(
                  ProblemType.FORBIDDEN,
                  "The configuration takes the scope " + scope + " as well.");
            });
  }
}
