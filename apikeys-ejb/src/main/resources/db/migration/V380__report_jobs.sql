-- Reports that are made in the background. A job that runs is held under a lease of its own (holder, lease_ends_at), so
-- that another node takes it up when its node died. The lease here is held while one node chooses what to make next.

INSERT INTO lease (name, holder, ends_at) VALUES ('report-jobs', NULL, 0);

CREATE SEQUENCE report_job_id_seq START WITH 1;
CREATE TABLE report_job (
  id              BIGINT           NOT NULL PRIMARY KEY,
  organization_id BIGINT           NOT NULL REFERENCES organization (id),
  report          VARCHAR(40)      NOT NULL,
  of_month        VARCHAR(7)       NOT NULL,
  framework       VARCHAR(40)      NOT NULL,
  form            VARCHAR(10)      NOT NULL,
  status          VARCHAR(10)      NOT NULL,
  progress        DOUBLE PRECISION NOT NULL,
  attempts        INTEGER          NOT NULL,
  holder          VARCHAR(36),
  lease_ends_at   BIGINT,
  size_bytes      BIGINT,
  failure         VARCHAR(300),
  schedule_id     BIGINT,
  requested_by    VARCHAR(100)     NOT NULL,
  recipients      ${text}          NOT NULL,
  created_at      BIGINT           NOT NULL,
  started_at      BIGINT,
  finished_at     BIGINT,
  version         BIGINT           NOT NULL
);
CREATE INDEX report_job_organization ON report_job (organization_id, id);
CREATE INDEX report_job_status ON report_job (status, id);

-- In parts of at most 1 MiB, so that no row is larger than what backups and drivers like.
CREATE TABLE report_file (
  report_job_id BIGINT   NOT NULL REFERENCES report_job (id),
  part          INTEGER  NOT NULL,
  content       ${bytes} NOT NULL,
  PRIMARY KEY (report_job_id, part)
);
