package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.apikeys.report.PriceList.Plan;
import org.apikeys.report.PriceList.Tier;
import org.apikeys.report.Report.Section;
import org.apikeys.setting.Settings;
import org.apikeys.usage.Figures;
import org.apikeys.usage.UsageAnalytics;
import org.apikeys.usage.UsageQuery;
import org.jspecify.annotations.Nullable;

/** What a month costs: the plan, the allowed calls beyond it, and credits. */
@ApplicationScoped
class Billing {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);
  private static final List<String> COLUMNS =
      List.of("item", "quantity", "unit_price", "amount", "currency");

  private final UsageAnalytics analytics;
  private final ReportFacts facts;
  private final PriceList prices;

  @Inject
  Billing(UsageAnalytics analytics, ReportFacts facts, Settings settings) {
    this.analytics = analytics;
    this.facts = facts;
    prices = PriceList.of(settings);
  }

  @SuppressWarnings("NullAway")
  protected Billing() {
    analytics = null;
    facts = null;
    prices = null;
  }

  /**
   * A line of the bill.
   *
   * @param amount exact; only the sum is rounded
   */
  record Line(String item, long quantity, String unitPrice, BigDecimal amount) {}

  /** The lines of a plan for what was used. */
  static List<Line> lines(Plan plan, long calls, long credits) {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("Plan " + plan.title(), 1, plan.base().toPlainString(), plan.base()));
    lines.add(
        new Line("Calls in the plan", Math.min(calls, plan.includedCalls()), "0", BigDecimal.ZERO));
    long counted = plan.includedCalls();
    for (Tier tier : plan.tiers()) {
      long end = tier.upTo() == null ? calls : Math.min(calls, tier.upTo());
      long quantity = Math.max(0, end - counted);
      if (quantity > 0) {
        lines.add(
            new Line(
                "Calls beyond " + counted,
                quantity,
                tier.perThousand().toPlainString() + " per 1000",
                tier.perThousand().multiply(BigDecimal.valueOf(quantity)).divide(THOUSAND)));
        counted += quantity;
      }
    }
    if (credits > 0) {
      lines.add(
          new Line(
              "Credits put on keys",
              credits,
              plan.credit().toPlainString(),
              plan.credit().multiply(BigDecimal.valueOf(credits))));
    }
    return lines;
  }

  /** The sum, rounded half up to the currency's smallest coin. */
  static BigDecimal sum(List<Line> lines, Currency currency) {
    return lines.stream()
        .map(Line::amount)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .setScale(Math.max(0, currency.getDefaultFractionDigits()), RoundingMode.HALF_UP);
  }

  private List<Line> lines(ReportOrder order) {
    return lines(prices.planOf(order.organizationId()), calls(order), credits(order));
  }

  private long calls(ReportOrder order) {
    return analytics
        .usageBySystem(UsageQuery.of(order.organizationId(), order.days()))
        .totals()
        .allowed();
  }

  private long credits(ReportOrder order) {
    return facts
        .creditsBought(order.organizationId(), order.fromMillis(), order.toMillis())
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  String summary(ReportOrder order) {
    return "The month comes to "
        + sum(lines(order), Currency.getInstance(prices.currency())).toPlainString()
        + " "
        + prices.currency()
        + " for "
        + calls(order)
        + " allowed calls.";
  }

  List<Section> sections(ReportOrder order) {
    List<Line> lines = lines(order);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Line line : lines) {
      rows.add(
          Report.row(
              line.item(),
              line.quantity(),
              line.unitPrice(),
              plain(line.amount()),
              prices.currency()));
    }
    rows.add(
        Report.row(
            "Total",
            null,
            null,
            sum(lines, Currency.getInstance(prices.currency())).toPlainString(),
            prices.currency()));
    return List.of(
        Section.of(
            "Bill",
            "Denied calls cost nothing. Amounts are exact; the total is rounded half up. Taxes are"
                + " not included.",
            COLUMNS,
            rows),
        keys(order));
  }

  private static String plain(BigDecimal amount) {
    BigDecimal shortest = amount.stripTrailingZeros();
    return (shortest.scale() < 2 ? shortest.setScale(2) : shortest).toPlainString();
  }

  private Section keys(ReportOrder order) {
    Map<Long, Long> credits =
        facts.creditsBought(order.organizationId(), order.fromMillis(), order.toMillis());
    Map<Long, ReportFacts.Key> names = facts.keys(order.organizationId(), order.toMillis());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Map.Entry<Long, Figures> key :
        analytics.ofKeysBySystem(UsageQuery.of(order.organizationId(), order.days())).entrySet()) {
      ReportFacts.Key known = names.get(key.getKey());
      rows.add(
          Report.row(
              "key-" + key.getKey(),
              known == null ? null : known.name(),
              known == null ? null : known.owner(),
              key.getValue().allowed(),
              credits.getOrDefault(key.getKey(), 0L)));
    }
    return Section.of(
        "By key",
        "Who has used what.",
        List.of("key_id", "name", "owner", "allowed_calls", "credits_bought"),
        rows);
  }
}
