-- Recertification: from time to time somebody says of every key that it is still needed.

INSERT INTO lease (name, holder, ends_at) VALUES ('campaigns', NULL, 0);

CREATE SEQUENCE campaign_id_seq START WITH 1;
CREATE TABLE campaign (
  id              BIGINT       NOT NULL PRIMARY KEY,
  organization_id BIGINT       NOT NULL REFERENCES organization (id),
  name            VARCHAR(100) NOT NULL,
  selection       ${text}      NOT NULL,
  status          VARCHAR(10)  NOT NULL,
  due_at          BIGINT       NOT NULL,
  remind_at       BIGINT,
  created_by      VARCHAR(64)  NOT NULL,
  created_at      BIGINT       NOT NULL,
  closed_at       BIGINT,
  version         BIGINT       NOT NULL
);
CREATE INDEX campaign_organization ON campaign (organization_id, id);
CREATE INDEX campaign_due_at ON campaign (status, due_at);

CREATE TABLE campaign_item (
  campaign_id BIGINT       NOT NULL REFERENCES campaign (id),
  api_key_id  BIGINT       NOT NULL,
  key_name    VARCHAR(100) NOT NULL,
  owner       VARCHAR(64)  NOT NULL,
  status      VARCHAR(10)  NOT NULL,
  decided_by  VARCHAR(64),
  decided_at  BIGINT,
  PRIMARY KEY (campaign_id, api_key_id)
);
CREATE INDEX campaign_item_status ON campaign_item (campaign_id, status);
