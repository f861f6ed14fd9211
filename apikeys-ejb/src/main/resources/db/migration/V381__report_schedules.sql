-- Reports that are made again and again: definition is JSON. next_run_at is null while a schedule is switched off.

INSERT INTO lease (name, holder, ends_at) VALUES ('report-schedules', NULL, 0);

CREATE SEQUENCE report_schedule_id_seq START WITH 1;
CREATE TABLE report_schedule (
  id              BIGINT       NOT NULL PRIMARY KEY,
  organization_id BIGINT       NOT NULL REFERENCES organization (id),
  name            VARCHAR(100) NOT NULL,
  definition      ${text}      NOT NULL,
  next_run_at     BIGINT,
  last_run_at     BIGINT,
  last_job_id     BIGINT,
  created_by      VARCHAR(100) NOT NULL,
  created_at      BIGINT       NOT NULL,
  updated_at      BIGINT       NOT NULL,
  version         BIGINT       NOT NULL
);
CREATE INDEX report_schedule_organization ON report_schedule (organization_id, id);
CREATE INDEX report_schedule_next_run_at ON report_schedule (next_run_at);
