package org.apikeys.api.permission;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The scopes over the management API itself, and the roles, which are permission sets over them.
 */
public final class ManagementScope {
  public static final String KEYS_READ = "keys:read";
  public static final String KEYS_WRITE = "keys:write";
  public static final String KEYS_VERIFY = "keys:verify";
  public static final String KEYS_REVEAL = "keys:reveal";
  public static final String REQUESTS_READ = "requests:read";
  public static final String REQUESTS_WRITE = "requests:write";
  public static final String REQUESTS_APPROVE = "requests:approve";
  public static final String AUDIT_READ = "audit:read";
  public static final String AUDIT_EXPORT = "audit:export";
  public static final String USAGE_READ = "usage:read";
  public static final String USAGE_WRITE = "usage:write";
  public static final String REPORTS_READ = "reports:read";
  public static final String WEBHOOKS_MANAGE = "webhooks:manage";
  public static final String PLUGINS_MANAGE = "plugins:manage";
  public static final String USERS_MANAGE = "users:manage";
  public static final String ORGS_MANAGE = "orgs:manage";

  /** Every management scope with a sentence for the person who grants it. */
  public static final Map<String, String> DESCRIPTIONS =
      Map.ofEntries(
          Map.entry(KEYS_READ, "See keys, their configuration and their use"),
          Map.entry(KEYS_WRITE, "Issue, change, rotate, renew and revoke keys"),
          Map.entry(KEYS_VERIFY, "Have keys verified, as a gateway does"),
          Map.entry(KEYS_REVEAL, "Read recoverable keys again"),
          Map.entry(REQUESTS_READ, "See requests for keys"),
          Map.entry(REQUESTS_WRITE, "Ask for keys and for changes of keys"),
          Map.entry(REQUESTS_APPROVE, "Approve or reject requests of others"),
          Map.entry(AUDIT_READ, "Read the audit log"),
          Map.entry(AUDIT_EXPORT, "Take copies of the audit log away"),
          Map.entry(USAGE_READ, "See what keys were used for"),
          Map.entry(USAGE_WRITE, "Report what calls came to, as a gateway does"),
          Map.entry(REPORTS_READ, "Read reports"),
          Map.entry(WEBHOOKS_MANAGE, "Manage webhooks"),
          Map.entry(PLUGINS_MANAGE, "Manage plugin modules"),
          Map.entry(USERS_MANAGE, "Manage the people of the directory"),
          Map.entry(ORGS_MANAGE, "Manage organizations"));

  private static final Map<String, Set<String>> ROLES =
      Map.of(
          "admin", DESCRIPTIONS.keySet(),
          "manager",
              Set.of(
                  KEYS_READ,
                  KEYS_WRITE,
                  REQUESTS_READ,
                  REQUESTS_WRITE,
                  REQUESTS_APPROVE,
                  USAGE_READ,
                  REPORTS_READ),
          "auditor",
              Set.of(KEYS_READ, REQUESTS_READ, AUDIT_READ, AUDIT_EXPORT, USAGE_READ, REPORTS_READ),
          "developer", Set.of(KEYS_READ, KEYS_WRITE, REQUESTS_READ, REQUESTS_WRITE, USAGE_READ),
          "gateway", Set.of(KEYS_VERIFY, USAGE_WRITE));

  private ManagementScope() {}

  /** The roles that exist, each with its scopes. */
  public static Map<String, Set<String>> roles() {
    return new TreeMap<>(ROLES);
  }

  /** The scopes that people with these roles hold; a role that nobody knows grants nothing. */
  public static Set<String> ofRoles(Iterable<String> roles) {
    Set<String> scopes = new TreeSet<>();
    for (String role : roles) {
      scopes.addAll(ROLES.getOrDefault(role, Set.of()));
    }
    return scopes;
  }
}
