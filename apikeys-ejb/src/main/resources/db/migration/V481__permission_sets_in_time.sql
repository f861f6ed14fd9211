-- What a set granted at an instant outlives the set: keys that held it had its scopes. From when on it was as a row says; without scopes:
-- it was deleted then. Derby names the constraint that goes by itself, so the table is made anew.
CREATE TABLE permission_set_version_before (
  permission_set_id BIGINT         NOT NULL,
  version           BIGINT         NOT NULL,
  name              VARCHAR(50)    NOT NULL,
  description       VARCHAR(200)   NOT NULL,
  scopes            VARCHAR(16000) NOT NULL,
  written_by        VARCHAR(64)    NOT NULL,
  written_at        BIGINT         NOT NULL,
  PRIMARY KEY (permission_set_id, version)
);
INSERT INTO permission_set_version_before
  SELECT permission_set_id, version, name, description, scopes, written_by, written_at FROM permission_set_version;
DROP TABLE permission_set_version;
CREATE TABLE permission_set_version (
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
CREATE INDEX permission_set_version_name ON permission_set_version (organization_id, name, written_at);
INSERT INTO permission_set_version
  SELECT b.permission_set_id, b.version, s.organization_id, b.name, b.description, b.scopes, b.written_by, b.written_at
  FROM permission_set_version_before b JOIN permission_set s ON s.id = b.permission_set_id;
DROP TABLE permission_set_version_before;
