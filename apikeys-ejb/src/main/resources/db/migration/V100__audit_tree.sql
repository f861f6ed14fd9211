-- The tree over the audit log: hashes of complete subtrees in tiles of up to 256, at every eighth level.
CREATE TABLE audit_tile (
  tile_level INTEGER  NOT NULL,
  tile_index BIGINT   NOT NULL,
  hashes     ${bytes} NOT NULL,
  PRIMARY KEY (tile_level, tile_index)
);

-- How many numbered records are in the tree.
ALTER TABLE audit_head ADD COLUMN tree_size BIGINT DEFAULT 0 NOT NULL;

CREATE TABLE audit_checkpoint (
  tree_size BIGINT  NOT NULL PRIMARY KEY,
  note      ${text} NOT NULL,
  signed_at BIGINT  NOT NULL
);
