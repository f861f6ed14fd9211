package org.apikeys.web.dialect.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apikeys.crypto.Secret;
import org.apikeys.key.KeyView;
import org.jspecify.annotations.Nullable;

/** What seed 004 answers, field by field. */
final class DashboardAnswers {
  private static final String MASK = "…";
  private static final String NEVER = "Never";

  private DashboardAnswers() {}

  /** A key; its days are of UTC. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Shown(
      long id,
      String name,
      String key,
      @Nullable String description,
      List<String> permissions,
      String createdAt,
      String lastUsed) {

    /**
     * A key as it is shown.
     *
     * @param whole its value, for who may see it; null shows no more than its beginning
     */
    static Shown of(KeyView key, @Nullable Secret whole) {
      return new Shown(
          key.id(),
          key.configuration().name(),
          whole == null ? key.keyPrefix() + MASK : whole.reveal(),
          key.configuration().description(),
          Permissions.of(key.configuration().scopes()),
          day(key.createdAt()),
          key.lastUsed() == null ? NEVER : day(key.lastUsed()));
    }

    private static String day(Instant instant) {
      return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
    }

    /** Never with the key. */
    @Override
    public String toString() {
      return "Shown[" + id + "]";
    }
  }

  /** The answer to {@code GET /api/keys}. */
  record Listed(boolean success, List<Shown> data) {}

  /** The answer when policy asks for an approval. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Requested(boolean success, @Nullable Shown data, String message, long requestId) {}

  /** The answer to every other call. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record One(boolean success, Shown data, @Nullable String message) {}
}
