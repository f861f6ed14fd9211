-- What people are told: in the console, by mail and by webhook. Outboxes are written with the change itself.

INSERT INTO lease (name, holder, ends_at) VALUES ('webhook-delivery', NULL, 0);
INSERT INTO lease (name, holder, ends_at) VALUES ('mail-delivery', NULL, 0);

CREATE SEQUENCE notice_id_seq START WITH 1;
CREATE TABLE notice (
  id              BIGINT        NOT NULL PRIMARY KEY,
  organization_id BIGINT        NOT NULL,
  person_key      VARCHAR(64)   NOT NULL,
  event           VARCHAR(50)   NOT NULL,
  title           VARCHAR(300)  NOT NULL,
  body            VARCHAR(4000) NOT NULL,
  link            VARCHAR(300),
  created_at      BIGINT        NOT NULL,
  read_at         BIGINT
);
CREATE INDEX notice_person ON notice (organization_id, person_key, created_at, id);
CREATE INDEX notice_created_at ON notice (created_at);

CREATE SEQUENCE mail_id_seq START WITH 1;
CREATE TABLE mail (
  id         BIGINT        NOT NULL PRIMARY KEY,
  recipient  VARCHAR(254)  NOT NULL,
  title      VARCHAR(300)  NOT NULL,
  body       VARCHAR(4000) NOT NULL,
  attempts   INTEGER       NOT NULL,
  due_at     BIGINT,
  created_at BIGINT        NOT NULL
);
CREATE INDEX mail_due_at ON mail (due_at);

CREATE SEQUENCE webhook_id_seq START WITH 1;
CREATE TABLE webhook (
  id              BIGINT        NOT NULL PRIMARY KEY,
  organization_id BIGINT        NOT NULL REFERENCES organization (id),
  url             VARCHAR(1000) NOT NULL,
  events          VARCHAR(2000) NOT NULL,
  sealed_secret   ${bytes}      NOT NULL,
  is_active       BOOLEAN       NOT NULL,
  deleted_at      BIGINT,
  created_by      VARCHAR(64)   NOT NULL,
  created_at      BIGINT        NOT NULL,
  updated_at      BIGINT        NOT NULL,
  version         BIGINT        NOT NULL
);
CREATE INDEX webhook_organization ON webhook (organization_id);

CREATE SEQUENCE webhook_delivery_id_seq START WITH 1;
CREATE TABLE webhook_delivery (
  id              BIGINT       NOT NULL PRIMARY KEY,
  webhook_id      BIGINT       NOT NULL REFERENCES webhook (id),
  message_id      VARCHAR(50)  NOT NULL,
  event           VARCHAR(50)  NOT NULL,
  payload         ${text}      NOT NULL,
  status          VARCHAR(10)  NOT NULL,
  attempts        INTEGER      NOT NULL,
  due_at          BIGINT,
  response_status INTEGER,
  error           VARCHAR(300),
  created_at      BIGINT       NOT NULL,
  delivered_at    BIGINT
);
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_due_at ON webhook_delivery (due_at);
CREATE INDEX webhook_delivery_created_at ON webhook_delivery (created_at);
