package org.apikeys.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * What calls cost, by plan. Amounts are decimals, written as texts, and never binary fractions.
 *
 * @param currency ISO 4217 code
 * @param plans by word
 * @param standardPlan the plan of organizations that are not named
 * @param organizations the plans of some organizations, by their number
 */
record PriceList(
    String currency,
    Map<String, Plan> plans,
    String standardPlan,
    Map<String, String> organizations) {

  PriceList {
    plans = Map.copyOf(plans);
    organizations = Map.copyOf(organizations);
  }

  /**
   * A plan.
   *
   * @param base what a month costs
   * @param includedCalls allowed calls that the base covers
   * @param tiers prices of further calls, the last without an end
   * @param credit what a credit costs
   */
  record Plan(
      String title, BigDecimal base, long includedCalls, List<Tier> tiers, BigDecimal credit) {
    Plan {
      tiers = List.copyOf(tiers);
    }
  }

  /**
   * A price for calls.
   *
   * @param upTo the last call of the month that it counts for; null for all further ones
   */
  record Tier(@Nullable Long upTo, BigDecimal perThousand) {}

  Plan planOf(long organizationId) {
    String word = organizations.getOrDefault(Long.toString(organizationId), standardPlan);
    Plan plan = plans.get(word);
    if (plan == null) {
      throw new IllegalStateException("the price list has no plan " + word);
    }
    return plan;
  }

  /** Reads the operator's list, or the one that comes with the system. */
  static PriceList of(Settings settings) {
    String place = "apikeys.billing.prices";
    try (InputStream in =
        settings.billingPrices().isPresent()
            ? Files.newInputStream(settings.billingPrices().get())
            : PriceList.class.getResourceAsStream("/prices.json")) {
      return Json.MAPPER
          .readerFor(PriceList.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .<PriceList>readValue(in)
          .checked();
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "The price list of " + place + " is wrong: " + e.getMessage(), e);
    }
  }

  private PriceList checked() {
    Currency.getInstance(currency);
    planOf(0);
    organizations.keySet().forEach(id -> planOf(Long.parseLong(id)));
    for (Map.Entry<String, Plan> plan : plans.entrySet()) {
      Plan one = plan.getValue();
      long before = one.includedCalls();
      boolean sound = before >= 0 && one.base().signum() >= 0 && one.credit().signum() >= 0;
      for (int i = 0; i < one.tiers().size(); i++) {
        Tier tier = one.tiers().get(i);
        boolean last = i == one.tiers().size() - 1;
        sound &= tier.perThousand().signum() >= 0 && last == (tier.upTo() == null);
        sound &= tier.upTo() == null || tier.upTo() > before;
        before = tier.upTo() == null ? before : tier.upTo();
      }
      if (!sound) {
        throw new IllegalStateException(
            "plan " + plan.getKey() + " has an amount below zero, or tiers that are not in order");
      }
    }
    return this;
  }
}
