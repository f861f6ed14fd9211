package org.apikeys.cluster;

/** The grid as far as this system uses it: short texts to all nodes, which may be lost. */
interface GridTopic {
  void publish(String text);

  /**
   * Whether the grid looks for other nodes at all; a server without a cluster has one of its own.
   */
  boolean joins();

  /** Nodes that the grid knows. */
  int members();

  /** Nodes in the grid that nobody has named as members; nothing that they say is taken. */
  int strangers();

  /** Host and port of this node in the grid. */
  String address();
}
