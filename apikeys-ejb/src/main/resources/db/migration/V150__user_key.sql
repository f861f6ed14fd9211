-- The one key of a user who is known by an e-mail address, in the dialect of seed 002.
CREATE TABLE user_key (
  organization_id BIGINT       NOT NULL REFERENCES organization (id),
  email           VARCHAR(254) NOT NULL,
  api_key_id      BIGINT       NOT NULL REFERENCES api_key (id),
  PRIMARY KEY (organization_id, email)
);
CREATE INDEX user_key_api_key ON user_key (api_key_id);
