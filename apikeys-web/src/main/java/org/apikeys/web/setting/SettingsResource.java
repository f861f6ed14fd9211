package org.apikeys.web.setting;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.setting.SettingsInEffect;
import org.jspecify.annotations.Nullable;

/** What is set on the answering server, what it is by default, and where it comes from. */
@Path("/v1/settings")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SettingsResource {
  private final SettingsInEffect settings;
  private final Caller caller;

  @Inject
  public SettingsResource(SettingsInEffect settings, Caller caller) {
    this.settings = settings;
    this.caller = caller;
  }

  @SuppressWarnings("NullAway")
  protected SettingsResource() {
    settings = null;
    caller = null;
  }

  @GET
  @RolesAllowed(ManagementScope.ORGS_MANAGE)
  public Map<String, Object> settings() {
    if (caller.organizationId() != Caller.DEFAULT_ORGANIZATION) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "The settings are shown to the default organization alone.");
    }
    return Map.of("settings", settings.all().stream().map(SettingsResource::shown).toList());
  }

  private static Map<String, @Nullable Object> shown(SettingsInEffect.Setting setting) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("name", setting.name());
    shown.put("section", setting.section());
    shown.put("description", setting.description());
    shown.put("default", setting.standard());
    shown.put("value", setting.value());
    shown.put("is_secret", setting.isSecret());
    shown.put("is_set", setting.isSet());
    shown.put("source", setting.source());
    return shown;
  }
}
