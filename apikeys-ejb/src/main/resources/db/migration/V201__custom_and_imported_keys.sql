-- Values that people chose, and hashes that other systems made.

ALTER TABLE key_secret ADD COLUMN custom BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE key_secret ADD COLUMN origin VARCHAR(12);
ALTER TABLE key_secret ADD COLUMN lookup_prefix VARCHAR(64);
CREATE INDEX key_secret_lookup_prefix ON key_secret (lookup_prefix);

-- The secrets that other systems made their HMACs under, encrypted; gone with the last key that needs them.
CREATE SEQUENCE import_secret_id_seq START WITH 1;
CREATE TABLE import_secret (
  id              BIGINT      NOT NULL PRIMARY KEY,
  organization_id BIGINT      NOT NULL,
  fingerprint     VARCHAR(64) NOT NULL,
  sealed_value    ${bytes}    NOT NULL,
  created_at      BIGINT      NOT NULL,
  UNIQUE (organization_id, fingerprint)
);
