-- What has been used of the limits of a key beyond plain windows, as JSON.
CREATE TABLE limit_state (
  api_key_id BIGINT  NOT NULL PRIMARY KEY,
  state      ${text} NOT NULL
);

CREATE TABLE credit_account (
  api_key_id      BIGINT NOT NULL PRIMARY KEY,
  balance         BIGINT NOT NULL CHECK (balance >= 0),
  refill_amount   BIGINT,
  refill_interval VARCHAR(10),
  refill_anchor   BIGINT,
  next_refill_at  BIGINT
);

CREATE SEQUENCE credit_entry_id_seq START WITH 1;
CREATE TABLE credit_entry (
  id            BIGINT      NOT NULL PRIMARY KEY,
  api_key_id    BIGINT      NOT NULL,
  kind          VARCHAR(10) NOT NULL,
  amount        BIGINT      NOT NULL,
  balance_after BIGINT      NOT NULL,
  reason        VARCHAR(500),
  written_by    VARCHAR(100) NOT NULL,
  written_at    BIGINT      NOT NULL
);
CREATE INDEX credit_entry_key ON credit_entry (api_key_id, id);
