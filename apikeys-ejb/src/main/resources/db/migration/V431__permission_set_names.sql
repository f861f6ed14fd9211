-- A name is one set's within its organization, not in the whole installation. The constraint that said otherwise has
-- another name in each store, so that the tables are written anew, with the sets and versions that are there.
CREATE TABLE permission_set_before (
  id              BIGINT         NOT NULL PRIMARY KEY,
  organization_id BIGINT         NOT NULL,
  name            VARCHAR(50)    NOT NULL,
  description     VARCHAR(200)   NOT NULL,
  scopes          VARCHAR(16000) NOT NULL,
  version         BIGINT         NOT NULL,
  created_by      VARCHAR(64)    NOT NULL,
  created_at      BIGINT         NOT NULL,
  updated_at      BIGINT         NOT NULL
);
INSERT INTO permission_set_before
  SELECT id, organization_id, name, description, scopes, version, created_by, created_at, updated_at FROM permission_set;
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
DROP TABLE permission_set;

CREATE TABLE permission_set (
  id              BIGINT         NOT NULL PRIMARY KEY,
  organization_id BIGINT         NOT NULL REFERENCES organization (id),
  name            VARCHAR(50)    NOT NULL,
  description     VARCHAR(200)   NOT NULL,
  scopes          VARCHAR(16000) NOT NULL,
  version         BIGINT         NOT NULL,
  created_by      VARCHAR(64)    NOT NULL,
  created_at      BIGINT         NOT NULL,
  updated_at      BIGINT         NOT NULL,
  CONSTRAINT permission_set_name UNIQUE (organization_id, name)
);
INSERT INTO permission_set
  SELECT id, organization_id, name, description, scopes, version, created_by, created_at, updated_at
  FROM permission_set_before;
CREATE TABLE permission_set_version (
  permission_set_id BIGINT         NOT NULL REFERENCES permission_set (id),
  version           BIGINT         NOT NULL,
  name              VARCHAR(50)    NOT NULL,
  description       VARCHAR(200)   NOT NULL,
  scopes            VARCHAR(16000) NOT NULL,
  written_by        VARCHAR(64)    NOT NULL,
  written_at        BIGINT         NOT NULL,
  PRIMARY KEY (permission_set_id, version)
);
INSERT INTO permission_set_version
  SELECT permission_set_id, version, name, description, scopes, written_by, written_at FROM permission_set_version_before;
DROP TABLE permission_set_version_before;
DROP TABLE permission_set_before;
