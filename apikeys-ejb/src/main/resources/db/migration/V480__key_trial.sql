-- A proposal that the calls of a key are held against, while they go on as they would without it.
CREATE TABLE key_trial (
  api_key_id BIGINT  NOT NULL PRIMARY KEY,
  proposal   ${text} NOT NULL,
  started_at BIGINT  NOT NULL,
  ends_at    BIGINT  NOT NULL
);

-- What it has come to: calls by the code that each would have had, and by what they would have been refused for.
CREATE TABLE key_trial_count (
  api_key_id   BIGINT       NOT NULL,
  started_at   BIGINT       NOT NULL,
  code         VARCHAR(40)  NOT NULL,
  item         VARCHAR(200) NOT NULL,
  calls        BIGINT       NOT NULL,
  last_call_at BIGINT       NOT NULL,
  PRIMARY KEY (api_key_id, started_at, code, item)
);
