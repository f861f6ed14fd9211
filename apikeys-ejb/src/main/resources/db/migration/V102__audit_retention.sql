CREATE SEQUENCE legal_hold_id_seq START WITH 1;
CREATE TABLE legal_hold (
  id              BIGINT       NOT NULL PRIMARY KEY,
  organization_id BIGINT       NOT NULL,
  name            VARCHAR(100) NOT NULL,
  reason          VARCHAR(500) NOT NULL,
  subject         VARCHAR(100),
  from_time       BIGINT,
  to_time         BIGINT,
  created_by      VARCHAR(100) NOT NULL,
  created_at      BIGINT       NOT NULL
);

-- For how long each class of data is kept, as an ISO 8601 period.
CREATE TABLE retention (
  data_class VARCHAR(20) NOT NULL PRIMARY KEY,
  period     VARCHAR(30) NOT NULL
);
INSERT INTO retention (data_class, period) VALUES ('audit', 'P6Y');
INSERT INTO retention (data_class, period) VALUES ('notices', 'P1Y');
INSERT INTO retention (data_class, period) VALUES ('usage', 'P90D');

CREATE SEQUENCE audit_purge_id_seq START WITH 1;
CREATE TABLE audit_purge (
  id             BIGINT       NOT NULL PRIMARY KEY,
  before_time    BIGINT       NOT NULL,
  status         VARCHAR(20)  NOT NULL,
  requested_by   VARCHAR(100) NOT NULL,
  requested_at   BIGINT       NOT NULL,
  approved_by    VARCHAR(100),
  approved_at    BIGINT,
  first_sequence BIGINT,
  last_sequence  BIGINT,
  archive        VARCHAR(300)
);
CREATE INDEX audit_purge_last_sequence ON audit_purge (last_sequence);
