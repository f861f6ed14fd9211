package org.apikeys.web.usage;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apikeys.limit.MeterLimit;
import org.apikeys.web.http.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What a call came to.
 *
 * @param keyId number of the key, or {@code key-<number>}
 * @param responseTime seconds
 * @param at when it was made; now when absent
 * @param repeats further calls that came to the same: when each was made, in milliseconds after
 *     {@code at}
 * @param leased whether the call was one of a lease: then its limits have counted it already
 * @param decisionId of the verification that this completes
 */
public record UsageRecord(
    @NotNull(message = "is required") JsonNode keyId,
    @Nullable @Size(max = 500, message = "has at most 500 characters") String endpoint,
    @Nullable @Size(max = 10, message = "has at most 10 characters") String method,
    @Nullable
        @Min(value = 100, message = "is 100 to 599")
        @Max(value = 599, message = "is 100 to 599")
        Integer statusCode,
    @Nullable
        @DecimalMin(value = "0", message = "is 0 to 86400 seconds")
        @DecimalMax(value = "86400", message = "is 0 to 86400 seconds")
        BigDecimal responseTime,
    @Nullable
        @Min(value = 0, message = UsageRecord.RANGE)
        @Max(value = UsageRecord.MOST, message = UsageRecord.RANGE)
        Long bytesIn,
    @Nullable
        @Min(value = 0, message = UsageRecord.RANGE)
        @Max(value = UsageRecord.MOST, message = UsageRecord.RANGE)
        Long bytesOut,
    @Nullable @Size(max = 45, message = "has at most 45 characters") String ip,
    @Nullable @Size(max = 20, message = "has at most 20 meters")
        Map<
                @Pattern(regexp = MeterLimit.NAME, message = UsageRecord.METER) String,
                @NotNull(message = UsageRecord.RANGE) @Min(value = 0, message = UsageRecord.RANGE)
                @Max(value = UsageRecord.MOST, message = UsageRecord.RANGE) Long>
            meters,
    @Nullable Instant at,
    @Nullable JsonNode repeats,
    @Nullable Boolean leased,
    @Nullable @Size(max = 20, message = "has at most 20 characters") String decisionId) {
  /** As much as a verification takes for the size of a call. */
  static final long MOST = 1L << 50;

  static final String RANGE = "is a whole number from 0 to 1125899906842624";
  static final String METER =
      "has meters named as in resource_limits: a-z first, then a-z, 0-9, _ . or -, 50 at most";

  public UsageRecord {
    endpoint = Endpoint.withoutQuery(endpoint);
  }
}
