package org.apikeys.tenant;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apikeys.api.audit.Action;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Check;
import org.apikeys.crypto.SecretSource;
import org.apikeys.setting.Settings;

/** Fills an empty store with the default organization and its first administrator. */
@Stateless
@PermitAll
public class FirstStart {
  private static final System.Logger LOG = System.getLogger(FirstStart.class.getName());

  private static final String ADMINISTRATOR = "admin";
  private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
  private static final int LENGTH = 24;

  private final Organizations organizations;
  private final People people;
  private final Passwords passwords;
  private final AuditLog audit;
  private final SecretSource random;
  private final Settings settings;
  private final Check check;
  private final Clock clock;

  @Inject
  public FirstStart(
      Organizations organizations,
      People people,
      Passwords passwords,
      AuditLog audit,
      SecretSource random,
      Settings settings,
      Check check,
      Clock clock) {
    this.organizations = organizations;
    this.people = people;
    this.passwords = passwords;
    this.audit = audit;
    this.random = random;
    this.settings = settings;
    this.check = check;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public FirstStart() {
    organizations = null;
    people = null;
    passwords = null;
    audit = null;
    random = null;
    settings = null;
    check = null;
    clock = null;
  }

  /** Does its work once in the life of a store; whether this was that time. */
  public boolean run() {
    if (organizations.count() > 0) {
      return false;
    }
    Organization organization = new Organization("Default", clock.instant());
    organizations.add(organization);
    boolean chosen = settings.adminPassword().isPresent();
    String password = settings.adminPassword().orElseGet(() -> random.characters(LENGTH, ALPHABET));
    if (chosen) {
      warnOfAWeakOne(password);
    }
    Person admin =
        new Person(organization.id(), ADMINISTRATOR, passwords.hash(password), clock.instant());
    admin.change(null, Set.of("admin"), true, clock.instant());
    people.add(admin);
    audit.record(
        AuditEntry.of(Caller.system(), Action.ORGANIZATION_CREATED)
            .on("organization", organization.id(), organization.name()));
    audit.record(
        AuditEntry.of(Caller.system(), Action.USER_CREATED)
            .on("user", admin.id(), admin.username())
            .because("first start"));
    if (!chosen) {
      // the one time that a password of ours is shown; there is no other way to hand it over
      LOG.log(
          Level.INFO,
          "The first administrator is \"{0}\" with password {1} (shown once; set"
              + " APIKEYS_ADMIN_PASSWORD before the first start to choose it)",
          ADMINISTRATOR,
          password);
    }
    return true;
  }

  /** Whoever chose it is told, and not kept out: nobody else could change it. */
  private void warnOfAWeakOne(String password) {
    try {
      check.valid(new PersonOrder(ADMINISTRATOR, password, null, null, null, null, null));
      passwords.requireStrong(password, List.of(ADMINISTRATOR));
    } catch (ProblemException e) {
      LOG.log(
          Level.WARNING,
          "The password of apikeys.admin.password would be refused of anybody else: it {0}."
              + " Change it in the console, or by PUT /api/v1/users/<id>",
          e.errors().get(0).message());
    }
  }
}
