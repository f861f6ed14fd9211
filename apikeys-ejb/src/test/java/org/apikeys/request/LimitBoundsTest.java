package org.apikeys.request;

import static org.apikeys.key.Orders.DORA;
import static org.apikeys.key.Orders.MAX;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.Orders;
import org.apikeys.store.Json;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Who wants more than a bound allows asks for it. */
class LimitBoundsTest {

  private final TestStore store = TestStore.derby().emptied();
  private final TestServices services;
  private final KeyOrders orders;

  LimitBoundsTest() throws IOException {
    Path file = TestStore.newFolder().resolve("limits.json");
    Files.writeString(
        file,
        """
        {"limits": [{"name": "bounded", "types": ["service"],
                     "most": {"requests": {"per_minute": 50}}, "approvals": 1}]}
        """);
    services = new TestServices(store, Map.of("apikeys.limits.rules", file.toString()));
    store.addPerson(1, TestStore.DEFAULT, "admin", "admin");
    store.addPerson(2, TestStore.DEFAULT, "dora", "developer");
    store.addPerson(3, TestStore.DEFAULT, "max", "manager");
    orders = services.get(KeyOrders.class);
  }

  private static KeyConfiguration key(long perMinute) {
    return Orders.from(
        "{\"name\": \"k\", \"environment\": \"development\", \"rate_limit\": " + perMinute + "}");
  }

  private static KeyProposals.Wanted limit(long perMinute) {
    return new KeyProposals.Wanted(
        present -> {
          ObjectNode key = Json.MAPPER.valueToTree(present);
          key.remove("rate_limits");
          return Orders.from(key.put("rate_limit", perMinute).toString());
        },
        null,
        false);
  }

  @Test
  void aNewKeyBeyondItsBoundIsARequest() {
    assertThat(orders.issue(DORA, key(50))).isInstanceOf(KeyOrders.Issued.class);

    KeyOrders.Outcome more = orders.issue(DORA, key(51));

    assertThat(more)
        .isInstanceOfSatisfying(
            KeyOrders.Asking.class,
            asking -> {
              assertThat(asking.request().status()).isEqualTo("pending");
              assertThat(asking.request().policy()).isEqualTo("development + bounded");
              assertThat(asking.request().requiredApprovals()).isEqualTo(1);
            });
    assertThat(orders.issue(Orders.admin(), key(51)))
        .as("a policy that is complete asks for nothing beside")
        .isInstanceOf(KeyOrders.Issued.class);
  }

  @Test
  void aHigherLimitBeyondItsBoundIsALimitIncrease() {
    long id = ((KeyOrders.Issued) orders.issue(DORA, key(10))).key().view().id();
    assertThat(orders.change(DORA, id, limit(50), null)).isInstanceOf(KeyOrders.Changed.class);

    KeyOrders.Outcome outcome = orders.change(DORA, id, limit(80), null);

    RequestView request = ((KeyOrders.Asking) outcome).request();
    assertThat(request.kind()).isEqualTo("limit_increase");
    assertThat(request.policy()).isEqualTo("development + bounded");
    services
        .get(Approvals.class)
        .approve(MAX, request.id(), new Approvals.Decision("ok", request.digest(), null), null);
    KeyOrders.Outcome same = orders.change(DORA, id, limit(80), null);
    assertThat(((KeyOrders.Changed) same).key().configuration().rateLimit()).isEqualTo(80);
  }
}
