package org.apikeys.key;

import static org.apikeys.key.Orders.admin;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What issuing a key sends to the store beside the rows that it comes to. */
interface IssuingContract {
  TestStore store();

  private static List<String> beginning(List<String> sent, String word) {
    return sent.stream().filter(one -> one.toUpperCase(Locale.ROOT).startsWith(word)).toList();
  }

  @Test
  default void asksTheStoreForNothingThatIsKnown() {
    TestServices services = new TestServices(store().emptied());
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    KeyIssuer issuer = services.get(KeyIssuer.class);
    // what is the same for every key is read with the first
    issuer.issue(admin(), Orders.from("{\"name\": \"first\", \"scopes\": [\"agents:read\"]}"));

    List<String> sent =
        store()
            .sent(
                () ->
                    issuer.issue(
                        admin(),
                        Orders.from("{\"name\": \"second\", \"scopes\": [\"agents:read\"]}")));

    String all = String.join("\n", sent);
    assertThat(beginning(sent, "SELECT").size() + beginning(sent, "VALUES").size())
        .as("the policies, the number and the webhooks: " + all)
        .isEqualTo(3);
    // the seventh row is the record of the audit log, which is not written by the entity manager
    assertThat(beginning(sent, "INSERT")).as(all).hasSize(6);
    assertThat(beginning(sent, "UPDATE")).as(all).isEmpty();
    assertThat(beginning(sent, "DELETE")).as(all).isEmpty();
    assertThat(beginning(sent, "SET")).as(all).isEmpty();
  }
}
