package org.apikeys.api.plugin;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What a plugin learns of the key that a call was made with. Never its secret.
 *
 * @param id its number
 * @param organizationId number of the organization that it belongs to
 * @param owner user name of the person who owns it
 * @param type its key type, {@code service}
 * @param environment {@code production}, {@code staging} or {@code development}
 * @param tags as its owner has set them
 * @param metadata as its owner has set it: texts, numbers and truth values
 */
public record CheckedKey(
    long id,
    long organizationId,
    String owner,
    String type,
    String environment,
    List<String> tags,
    Map<String, Object> metadata) {
  public CheckedKey {
    tags = List.copyOf(tags);
    metadata = Collections.unmodifiableMap(metadata);
  }
}
