-- What was imported, also after its first use has exchanged the hash: as HMACs under the pepper, so that who has the
-- database alone can test no guess.
CREATE TABLE imported_hash (
  organization_id BIGINT      NOT NULL,
  fingerprint     VARCHAR(64) NOT NULL,
  api_key_id      BIGINT      NOT NULL REFERENCES api_key (id),
  PRIMARY KEY (organization_id, fingerprint)
);
