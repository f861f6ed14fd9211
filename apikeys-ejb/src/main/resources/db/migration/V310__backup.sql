-- Which backups this store came out of; recorded in the audit log at the first start after.
CREATE TABLE restored_backup (
  id          VARCHAR(36) NOT NULL PRIMARY KEY,
  made_at     BIGINT      NOT NULL,
  is_recorded BOOLEAN     NOT NULL
);
