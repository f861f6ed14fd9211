package org.apikeys.web.dialect.store;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apikeys.key.KeyView;
import org.apikeys.limit.CreditRule;
import org.jspecify.annotations.Nullable;

/** What seed 002 answers, field by field. */
final class StoreAnswers {
  private static final int PREFIX = 16;

  private StoreAnswers() {}

  /** A user's key, or that there is none. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Standing(
      boolean hasKey,
      @Nullable Instant generatedAt,
      @Nullable Instant lastUsed,
      @Nullable Long usageCount,
      @Nullable String keyName,
      @Nullable String keyPrefix,
      @Nullable Long balance) {

    static final Standing NONE = new Standing(false, null, null, null, null, null, null);

    static Standing of(KeyView key) {
      Instant used = key.lastUsed();
      return new Standing(
          true,
          key.createdAt().truncatedTo(ChronoUnit.SECONDS),
          used == null ? null : used.truncatedTo(ChronoUnit.SECONDS),
          key.usageCount(),
          key.configuration().name(),
          prefix(key),
          StoreAnswers.balance(key));
    }
  }

  /** The answer to {@code GET /api/user/key/{email}}. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Preference(boolean success, Standing keyPreference) {}

  /** The answer to {@code GET /api/user/usage/{email}}. */
  record Usage(boolean success, Standing usage) {}

  /** The answer to {@code POST /api/user/key}, the only one with the key. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Generated(boolean success, String message, String key, String keyPrefix) {
    @Override
    public String toString() {
      return "Generated[" + keyPrefix + "]";
    }
  }

  /** The answer to {@code DELETE /api/user/key/{email}}. */
  record Done(boolean success, String message) {}

  /** The answer to {@code POST /api/user/key} when policy asks for an approval. */
  @JsonNaming(LowerCamelCaseStrategy.class)
  record Requested(boolean success, String message, @Nullable String key, long requestId) {}

  /** The credits that are left; a key that pays with none has zero, as in the seed. */
  private static long balance(KeyView key) {
    CreditRule credits = key.configuration().credits();
    return credits == null || credits.balance() == null ? 0 : credits.balance();
  }

  /** The first characters of the key. */
  static String prefix(KeyView key) {
    String prefix = key.keyPrefix();
    return prefix.length() > PREFIX ? prefix.substring(0, PREFIX) : prefix;
  }
}
