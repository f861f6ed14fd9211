-- What an organization wants to be told of: definition is JSON.

CREATE SEQUENCE alert_rule_id_seq START WITH 1;
CREATE TABLE alert_rule (
  id              BIGINT       NOT NULL PRIMARY KEY,
  organization_id BIGINT       NOT NULL REFERENCES organization (id),
  name            VARCHAR(100) NOT NULL,
  is_active       BOOLEAN      NOT NULL,
  definition      ${text}      NOT NULL,
  created_by      VARCHAR(100) NOT NULL,
  created_at      BIGINT       NOT NULL,
  updated_at      BIGINT       NOT NULL,
  version         BIGINT       NOT NULL
);
CREATE INDEX alert_rule_organization ON alert_rule (organization_id, id);
