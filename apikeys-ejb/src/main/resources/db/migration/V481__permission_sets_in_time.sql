-- What a set granted at an instant outlives the set: keys that held it had its scopes.
-- From when on a set was as a row says; without scopes: it was deleted then.
CREATE TABLE permission_set_history (
  permission_set_id BIGINT         NOT NULL,
  version           BIGINT         NOT NULL,
  organization_id   BIGINT         NOT NULL REFERENCES organization (id),
  name              VARCHAR(50)    NOT NULL,
  description       VARCHAR(200)   NOT NULL,
  scopes            VARCHAR(16000) NOT NULL,
  written_by        VARCHAR(64)    NOT NULL,
  written_at        BIGINT         NOT NULL,
  PRIMARY KEY (permission_set_id, version)
);
CREATE INDEX permission_set_history_name ON permission_set_history (organization_id, name, written_at);
INSERT INTO permission_set_history
  SELECT v.permission_set_id, v.version, s.organization_id, v.name, v.description, v.scopes, v.written_by, v.written_at
  FROM permission_set_version v JOIN permission_set s ON s.id = v.permission_set_id;
DROP TABLE permission_set_version;
