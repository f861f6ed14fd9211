package org.apikeys.configuration;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator has set, without anything secret. A part that is absent is not spoken of.
 *
 * @param formatVersion the version of this form: 1
 * @param exportedAt when it was written; of no consequence when it is restored
 * @param organization where it comes from; of no consequence when it is restored
 * @param organizations the tenants; of the default organization alone
 * @param retention ISO 8601 periods by class of data; of the default organization alone
 * @param permissionSets the sets that were made at run time
 * @param policies approval policies that were set in place of the built-in ones
 * @param webhooks where messages go, known by their addresses
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfigurationDocument(
    @Nullable Integer formatVersion,
    @Nullable String exportedAt,
    @Nullable JsonNode organization,
    @Nullable List<Tenant> organizations,
    @Nullable Map<String, String> retention,
    @Nullable List<PermissionSetPart> permissionSets,
    @Nullable ObjectNode policies,
    @Nullable List<WebhookPart> webhooks) {
  /** The one form that there is. */
  public static final int FORMAT = 1;

  /** An organization, known by its name. */
  public record Tenant(String name, @JsonProperty("is_active") @Nullable Boolean active) {}

  /** A permission set, known by its name. */
  public record PermissionSetPart(String name, String description, List<String> scopes) {}

  /** A webhook, known by its address; its secret is not told. */
  public record WebhookPart(
      String url, List<String> events, @JsonProperty("is_active") @Nullable Boolean active) {}
}
