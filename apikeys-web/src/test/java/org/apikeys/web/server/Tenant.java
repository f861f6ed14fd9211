package org.apikeys.web.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An organization with people of each role, a gateway and keys, made as they are asked for. */
public final class Tenant {
  private final RunningServer server;
  private final long id;
  private final Map<String, Person> byRole = new ConcurrentHashMap<>();
  private @Nullable Gateway gateway;

  private Tenant(RunningServer server, long id) {
    this.server = server;
    this.id = id;
  }

  static Tenant create(RunningServer server) {
    Answer answer =
        server.admin().post("/api/v1/organizations", Json.object("name", Unique.name("org")));
    return new Tenant(server, answer.expect(201).number("/id"));
  }

  /** The organization that exists from the first start. */
  public static Tenant ofDefaultOrganization(RunningServer server) {
    return new Tenant(server, 1);
  }

  public RunningServer server() {
    return server;
  }

  /** The organization's number. */
  public long id() {
    return id;
  }

  /** A client of the organization's own administrator. */
  public Api admin() {
    return person("admin").api();
  }

  /** The person of the role who is always the same within this tenant. */
  public Person person(String role) {
    Person known = byRole.get(role);
    if (known == null) {
      known = newPerson(role);
      byRole.put(role, known);
    }
    return known;
  }

  /** Another person with the roles, signed in. */
  public Person newPerson(String... roles) {
    String name = Unique.name(roles[0]);
    String password = "pw-" + Unique.name("of") + "-Zq7";
    Answer answer =
        server
            .admin()
            .post(
                "/api/v1/users",
                Json.object(
                    "username", name,
                    "password", password,
                    "email", name + "@example.com",
                    "roles", List.of(roles),
                    "organization_id", id));
    long number = answer.expect(201).number("/id");
    String token = server.token(name, password);
    return new Person(number, name, password, token, server.anonymous().as(token));
  }

  /** What the audit log says was done to something, the latest first. */
  public List<String> recorded(String target) {
    Answer events = admin().get("/api/v1/audit/events?target=" + target).expect(200);
    return Json.texts(events.at("/events"), "action");
  }

  /** A key that is still to be issued, by the organization's administrator unless said else. */
  public KeyDraft key() {
    return new KeyDraft(this);
  }

  /** The organization's gateway: a machine with an unlimited key of its own. */
  public synchronized Gateway gateway() {
    Gateway known = gateway;
    if (known == null) {
      known = newGateway();
      gateway = known;
    }
    return known;
  }

  /** Another gateway. */
  public Gateway newGateway() {
    IssuedKey key =
        key()
            .with("scopes", new ArrayList<>(List.of("keys:verify", "usage:write")))
            .with("rate_limits", Map.of("unlimited", true))
            .issue();
    return new Gateway(key, server.anonymous().withKey(key.value()));
  }
}
