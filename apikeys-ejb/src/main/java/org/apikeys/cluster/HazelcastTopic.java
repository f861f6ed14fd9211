package org.apikeys.cluster;

import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import jakarta.enterprise.inject.Vetoed;
import java.util.function.Consumer;

/**
 * The Payara data grid. Only this class names its types, so that servers without it never load
 * them. Only texts travel: nothing is deserialized into classes of ours.
 */
@Vetoed
final class HazelcastTopic implements GridTopic {
  private static final String NAME = "apikeys.changes";

  private final HazelcastInstance grid;
  private final ITopic<Object> topic;

  HazelcastTopic(Object grid, Consumer<String> listener) {
    this.grid = (HazelcastInstance) grid;
    topic = this.grid.getTopic(NAME);
    topic.addMessageListener(
        message -> {
          boolean foreign =
              message.getPublishingMember() == null || !message.getPublishingMember().localMember();
          if (foreign && message.getMessageObject() instanceof String text) {
            listener.accept(text);
          }
        });
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
  public String address() {
    var address = grid.getCluster().getLocalMember().getAddress();
    return address.getHost() + ":" + address.getPort();
  }
}
