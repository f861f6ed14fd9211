-- Permission sets that administrators make at run time. A name is one set's in the whole installation.
CREATE SEQUENCE permission_set_id_seq START WITH 1;
CREATE TABLE permission_set (
  id              BIGINT       NOT NULL PRIMARY KEY,
  organization_id BIGINT       NOT NULL REFERENCES organization (id),
  name            VARCHAR(50)  NOT NULL UNIQUE,
  description     VARCHAR(200) NOT NULL,
  scopes            VARCHAR(16000) NOT NULL,
  version         BIGINT       NOT NULL,
  created_by      VARCHAR(64)  NOT NULL,
  created_at      BIGINT       NOT NULL,
  updated_at      BIGINT       NOT NULL
);
CREATE INDEX permission_set_organization ON permission_set (organization_id, name);

-- How the set was before: what a key could do by it at an instant.
CREATE TABLE permission_set_version (
  permission_set_id BIGINT       NOT NULL REFERENCES permission_set (id),
  version           BIGINT       NOT NULL,
  name              VARCHAR(50)  NOT NULL,
  description       VARCHAR(200) NOT NULL,
  scopes            VARCHAR(16000) NOT NULL,
  written_by        VARCHAR(64)  NOT NULL,
  written_at        BIGINT       NOT NULL,
  PRIMARY KEY (permission_set_id, version)
);
