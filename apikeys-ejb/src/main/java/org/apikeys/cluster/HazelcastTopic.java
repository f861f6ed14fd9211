package org.apikeys.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import jakarta.enterprise.inject.Vetoed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The Payara data grid. Only this class names its types, so that servers without it never load
 * them. Only texts travel: nothing is deserialized into classes of ours.
 *
 * <p>Whoever reaches the grid's port and knows its name becomes a member, named or not: the list of
 * members says whom to ask, and is no list of guests. So what a member says that is not in the list
 * is not taken here.
 */
@Vetoed
final class HazelcastTopic implements GridTopic {
  private static final String NAME = "apikeys.changes";
  private static final int MOST_REMEMBERED = 1_000;

  private final HazelcastInstance grid;
  private final ITopic<Object> topic;
  private final Consumer<String> listener;
  private final Consumer<String> refusals;
  private final Map<UUID, Boolean> named = new ConcurrentHashMap<>();

  /**
   * Listens.
   *
   * @param refusals is told why a message was not taken
   */
  HazelcastTopic(Object grid, Consumer<String> listener, Consumer<String> refusals) {
    this.grid = (HazelcastInstance) grid;
    this.listener = listener;
    this.refusals = refusals;
    topic = this.grid.getTopic(NAME);
    topic.addMessageListener(this::hear);
  }

  private void hear(Message<Object> message) {
    Member from = message.getPublishingMember();
    if (from != null && from.localMember()) {
      return;
    }
    if (from == null || !isNamed(from)) {
      refusals.accept(from == null ? "a node that has left" : from.getAddress() + " is no member");
      return;
    }
    Object said;
    try {
      said = message.getMessageObject();
    } catch (RuntimeException | LinkageError e) {
      refusals.accept("an object that may not be read from " + from.getAddress());
      return;
    }
    if (said instanceof String text) {
      listener.accept(text);
    } else {
      refusals.accept("something else than a text from " + from.getAddress());
    }
  }

  /** Whether a member is in the list of members, when there is one. */
  private boolean isNamed(Member member) {
    JoinConfig join = grid.getConfig().getNetworkConfig().getJoin();
    if (member.localMember() || !join.getTcpIpConfig().isEnabled()) {
      return true;
    }
    if (named.size() > MOST_REMEMBERED) {
      named.clear();
    }
    return named.computeIfAbsent(
        member.getUuid(), id -> isIn(join.getTcpIpConfig().getMembers(), member.getAddress()));
  }

  private static boolean isIn(List<String> members, Address address) {
    return members.stream()
        .flatMap(entry -> List.of(entry.split("[,;\\s]+", -1)).stream())
        .anyMatch(entry -> isAt(entry, address));
  }

  private static boolean isAt(String member, Address address) {
    int colon = member.lastIndexOf(':');
    boolean hasPort = colon > 0 && member.indexOf(':') == colon;
    if (hasPort && !member.substring(colon + 1).equals(String.valueOf(address.getPort()))) {
      return false;
    }
    String host = hasPort ? member.substring(0, colon) : member;
    try {
      return host.equals(address.getHost())
          || InetAddress.getByName(host).equals(address.getInetAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public void publish(String text) {
    topic.publishAsync(text);
  }

  @Override
  public boolean joins() {
    JoinConfig join = grid.getConfig().getNetworkConfig().getJoin();
    // Payara leaves detection to the grid only where there is to be no cluster (--nocluster)
    return join.getTcpIpConfig().isEnabled() || !join.getAutoDetectionConfig().isEnabled();
  }

  @Override
  public int members() {
    return grid.getCluster().getMembers().size();
  }

  @Override
  public int strangers() {
    return (int) grid.getCluster().getMembers().stream().filter(one -> !isNamed(one)).count();
  }

  @Override
  public String address() {
    var address = grid.getCluster().getLocalMember().getAddress();
    return address.getHost() + ":" + address.getPort();
  }
}
