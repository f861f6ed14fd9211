package org.apikeys.web.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.PartitionGroupConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that knows the grid's port and its name, and joins; what it is up to is another matter.
 */
final class GridGuest implements AutoCloseable {
  /** The name that Payara gives its grid. */
  static final String NAME = "development";

  private final HazelcastInstance grid;

  GridGuest(String name, int port, int member) {
    Config config = new Config();
    config.setClusterName(name);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.max.join.seconds", "20");
    // as Payara has it; a member whose configuration differs is refused
    config
        .getPartitionGroupConfig()
        .setEnabled(true)
        .setGroupType(PartitionGroupConfig.MemberGroupType.HOST_AWARE);
    config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config
        .getNetworkConfig()
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .addMember("127.0.0.1:" + member);
    grid = Hazelcast.newHazelcastInstance(config);
  }

  int members() {
    return grid.getCluster().getMembers().size();
  }

  void say(Object message) {
    ITopic<Object> topic = grid.getTopic("apikeys.changes");
    topic.publish(message);
  }

  /** Leaves without a word: who says goodbye waits for minutes when the others are busy. */
  @Override
  public void close() {
    grid.getLifecycleService().terminate();
  }

  /** No node has such a class, and none should make an object of it. */
  static final class Foreign implements Serializable {
    private static final long serialVersionUID = 1;
    static final AtomicInteger READ = new AtomicInteger();

    @SuppressWarnings("BanSerializableRead") // that it is not read is what is tested
    private void readObject(ObjectInputStream in) {
      READ.incrementAndGet();
    }
  }
}
