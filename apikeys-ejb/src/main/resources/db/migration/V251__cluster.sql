-- The nodes that share this store.
CREATE TABLE cluster_node (
  id         VARCHAR(36)  NOT NULL PRIMARY KEY,
  address    VARCHAR(200) NOT NULL,
  started_at BIGINT       NOT NULL,
  seen_at    BIGINT       NOT NULL,
  feed_age   BIGINT       NOT NULL,
  leases     BIGINT       NOT NULL,
  stopped    BOOLEAN      NOT NULL
);

-- When each node has heard of the latest change of a key.
CREATE TABLE change_receipt (
  api_key_id BIGINT      NOT NULL,
  node       VARCHAR(36) NOT NULL,
  written_at BIGINT      NOT NULL,
  heard_at   BIGINT      NOT NULL,
  PRIMARY KEY (api_key_id, node)
);

-- With shared limits the counts are what was used or lent, also of the second.
ALTER TABLE limit_counter ADD COLUMN second_start BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE limit_counter ADD COLUMN second_used BIGINT DEFAULT 0 NOT NULL;
