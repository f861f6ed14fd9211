-- What administrators have decided about plugins. A plugin without a row is enabled. A higher
-- generation asks every node to load it anew.
CREATE TABLE plugin_setting (
  plugin_id  VARCHAR(50) NOT NULL PRIMARY KEY,
  is_enabled BOOLEAN     NOT NULL,
  generation BIGINT      NOT NULL,
  updated_at BIGINT      NOT NULL,
  updated_by VARCHAR(64) NOT NULL
);

-- What each node has loaded, so that a difference between nodes shows.
CREATE TABLE plugin_node (
  node        VARCHAR(36)  NOT NULL,
  plugin      VARCHAR(200) NOT NULL,
  version     VARCHAR(90),
  state       VARCHAR(20)  NOT NULL,
  sha256      VARCHAR(64),
  reported_at BIGINT       NOT NULL,
  PRIMARY KEY (node, plugin)
);
CREATE INDEX plugin_node_reported_at ON plugin_node (reported_at);
