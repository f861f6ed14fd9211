package org.apikeys.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apikeys.report.PriceList.Plan;
import org.apikeys.report.PriceList.Tier;
import org.apikeys.setting.Settings;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

class BillingTest {
  private static final Currency EUR = Currency.getInstance("EUR");
  private static final Plan PLAN =
      new Plan(
          "Test",
          new BigDecimal("49.00"),
          1_000,
          List.of(
              new Tier(3_000L, new BigDecimal("0.04")), new Tier(null, new BigDecimal("0.025"))),
          new BigDecimal("0.001"));

  private final Path folder = TestStore.newFolder();

  private static String sum(long calls, long credits) {
    return Billing.sum(Billing.lines(PLAN, calls, credits), EUR).toPlainString();
  }

  @Test
  void chargesEachCallByItsTier() {
    assertThat(sum(0, 0)).isEqualTo("49.00");
    assertThat(sum(1_000, 0)).isEqualTo("49.00");
    assertThat(Billing.lines(PLAN, 3_001, 0))
        .extracting(line -> line.quantity() + " = " + line.amount().toPlainString())
        .containsExactly("1 = 49.00", "1000 = 0", "2000 = 0.08", "1 = 0.000025");
    assertThat(sum(3_001, 0)).isEqualTo("49.08");
    assertThat(sum(1_203_000, 0)).as("0.08 and 30.00 beyond the base").isEqualTo("79.08");
  }

  @Test
  void roundsTheSumAndNotItsParts() {
    Plan plan = new Plan("Test", new BigDecimal("0.004"), 0, List.of(), new BigDecimal("0.001"));
    assertThat(Billing.sum(Billing.lines(plan, 0, 1), EUR)).isEqualTo("0.01");
    assertThat(Billing.sum(Billing.lines(plan, 0, 1), Currency.getInstance("JPY"))).isEqualTo("0");
    assertThat(sum(0, 3)).as("49.003").isEqualTo("49.00");
    assertThat(sum(0, 5)).as("49.005").isEqualTo("49.01");
  }

  @Test
  void readsTheListThatComesWithTheSystem() {
    PriceList list = PriceList.of(new Settings(name -> Optional.empty()));
    assertThat(list.currency()).isEqualTo("EUR");
    assertThat(list.planOf(7).title()).isEqualTo("Free");
  }

  @Test
  void refusesAListThatMakesNoSense() throws IOException {
    String plan = "\"title\":\"A\",\"base\":\"1\",\"included_calls\":0,\"credit\":\"0\"";
    refused("{}");
    refused(list("XXQ", "{" + plan + ",\"tiers\":[]}"));
    refused(list("EUR", "{" + plan + ",\"tiers\":[{\"up_to\":5,\"per_thousand\":\"1\"}]}"));
    refused(list("EUR", "{" + plan + ",\"tiers\":[{\"up_to\":null,\"per_thousand\":\"-1\"}]}"));
    refused(list("EUR", "{" + plan + ",\"tiers\":[],\"colour\":\"red\"}"));
  }

  private static String list(String currency, String plan) {
    return "{\"currency\":\""
        + currency
        + "\",\"plans\":{\"a\":"
        + plan
        + "},\"standard_plan\":\"a\",\"organizations\":{}}";
  }

  private void refused(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("prices.json"), json);
    Map<String, String> settings = Map.of("apikeys.billing.prices", file.toString());
    assertThatThrownBy(
            () -> PriceList.of(new Settings(name -> Optional.ofNullable(settings.get(name)))))
        .as(json)
        .hasMessageContaining("apikeys.billing.prices");
  }
}
