package org.apikeys.key;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.tenant.Caller;
import org.apikeys.cluster.Nodes;
import org.apikeys.cluster.Receipts;
import org.apikeys.cluster.Receipts.Confirmed;
import org.jspecify.annotations.Nullable;

/** Tells which nodes have confirmed the latest change of a key, such as its revocation. */
@Stateless
@RolesAllowed(ManagementScope.KEYS_READ)
public class KeyReceipts {
  private final ApiKeys keys;
  private final Receipts receipts;
  private final Nodes nodes;

  @Inject
  public KeyReceipts(ApiKeys keys, Receipts receipts, Nodes nodes) {
    this.keys = keys;
    this.receipts = receipts;
    this.nodes = nodes;
  }

  @SuppressWarnings("NullAway")
  public KeyReceipts() {
    keys = null;
    receipts = null;
    nodes = null;
  }

  /**
   * A receipt.
   *
   * @param changedAt when the change was made
   * @param confirmed whether every node that lives has heard of it
   */
  public record Receipt(
      String keyId,
      String status,
      Instant changedAt,
      @Nullable Instant revokedAt,
      boolean confirmed,
      List<NodeReceipt> nodes) {}

  /**
   * What a node says.
   *
   * @param confirmedAt null when it has not confirmed yet
   */
  public record NodeReceipt(
      String node, @Nullable String address, String state, @Nullable Instant confirmedAt) {}

  /** The receipt of the latest change. */
  public Receipt of(Caller caller, long id, Instant now) {
    ApiKey key = keys.seenBy(caller, id);
    Instant change = key.updatedAt();
    Map<String, Instant> heard =
        receipts.since(id, change).stream()
            .collect(Collectors.toMap(Confirmed::node, Confirmed::at));
    List<NodeReceipt> told = new ArrayList<>();
    boolean confirmed = true;
    for (Nodes.Node node : nodes.all()) {
      Instant at = heard.remove(node.id());
      boolean lives = node.state().equals("up");
      // a node that has started since has read the key as it is
      boolean isConcerned = !node.startedAt().isAfter(change);
      if (at != null || (lives && isConcerned)) {
        told.add(new NodeReceipt(node.id(), node.address(), node.state(), at));
        confirmed &= at != null;
      }
    }
    heard.forEach((node, at) -> told.add(new NodeReceipt(node, null, "stopped", at)));
    return new Receipt(
        "key-" + id, key.statusAt(now).word(), change, key.revokedAt(), confirmed, told);
  }
}
