-- Requests for keys and for changes of keys, with their approvals.

ALTER TABLE api_key_version ADD COLUMN request_id BIGINT;
ALTER TABLE api_key_version ADD COLUMN approved_by VARCHAR(2000);

INSERT INTO lease (name, holder, ends_at) VALUES ('request-deadlines', NULL, 0);

CREATE TABLE policy_set (
  organization_id BIGINT      NOT NULL PRIMARY KEY REFERENCES organization (id),
  document        ${text}     NOT NULL,
  changed_by      VARCHAR(64) NOT NULL,
  changed_at      BIGINT      NOT NULL,
  version         BIGINT      NOT NULL
);

CREATE SEQUENCE key_request_id_seq START WITH 1;
CREATE TABLE key_request (
  id                   BIGINT        NOT NULL PRIMARY KEY,
  organization_id      BIGINT        NOT NULL REFERENCES organization (id),
  kind                 VARCHAR(20)   NOT NULL,
  status               VARCHAR(20)   NOT NULL,
  subject              VARCHAR(200)  NOT NULL,
  justification        VARCHAR(2000),
  requested_by         VARCHAR(64)   NOT NULL,
  requester_key        VARCHAR(64)   NOT NULL,
  requester_scopes     VARCHAR(1000) NOT NULL,
  api_key_id           BIGINT,
  before_configuration ${text},
  configuration        ${text}       NOT NULL,
  was_active           BOOLEAN       NOT NULL,
  wanted_active        BOOLEAN       NOT NULL,
  widened              VARCHAR(200)  NOT NULL,
  sealed_to            ${text},
  ruling               ${text}       NOT NULL,
  risk_score           INTEGER       NOT NULL,
  risk_reasons         ${text}       NOT NULL,
  approvals            ${text}       NOT NULL,
  comments             ${text}       NOT NULL,
  overrides            ${text}       NOT NULL,
  approved_by          VARCHAR(2000) NOT NULL,
  awaiting_roles       VARCHAR(200)  NOT NULL,
  awaiting_people      VARCHAR(2000) NOT NULL,
  digest               VARCHAR(64)   NOT NULL,
  decided_by           VARCHAR(64),
  decided_at           BIGINT,
  decision_reason      VARCHAR(1000),
  claimed_at           BIGINT,
  remind_at            BIGINT,
  escalate_at          BIGINT,
  escalated_at         BIGINT,
  expires_at           BIGINT        NOT NULL,
  created_at           BIGINT        NOT NULL,
  updated_at           BIGINT        NOT NULL,
  version              BIGINT        NOT NULL
);
CREATE INDEX key_request_organization ON key_request (organization_id, created_at, id);
CREATE INDEX key_request_status ON key_request (organization_id, status, created_at, id);
CREATE INDEX key_request_requester ON key_request (organization_id, requester_key, created_at, id);
CREATE INDEX key_request_expires_at ON key_request (status, expires_at);
CREATE INDEX key_request_remind_at ON key_request (status, remind_at);
CREATE INDEX key_request_escalate_at ON key_request (status, escalate_at);

CREATE SEQUENCE key_request_delegation_id_seq START WITH 1;
CREATE TABLE key_request_delegation (
  id          BIGINT      NOT NULL PRIMARY KEY,
  request_id  BIGINT      NOT NULL REFERENCES key_request (id),
  from_person VARCHAR(64) NOT NULL,
  to_person   VARCHAR(64) NOT NULL,
  to_key      VARCHAR(64) NOT NULL,
  until_at    BIGINT      NOT NULL,
  created_at  BIGINT      NOT NULL
);
CREATE INDEX key_request_delegation_request ON key_request_delegation (request_id);
CREATE INDEX key_request_delegation_to ON key_request_delegation (to_key, until_at);
