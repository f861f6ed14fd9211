-- What security monitoring learns from: keys that did not count, by where they were tried, and what is usual.

INSERT INTO lease (name, holder, ends_at) VALUES ('security', NULL, 0);

CREATE TABLE failed_validation (
  minute_at       BIGINT      NOT NULL,
  organization_id BIGINT      NOT NULL,
  address         VARCHAR(45) NOT NULL,
  code            VARCHAR(30) NOT NULL,
  calls           BIGINT      NOT NULL,
  PRIMARY KEY (minute_at, organization_id, address, code)
);
CREATE INDEX failed_validation_organization ON failed_validation (organization_id, minute_at);

-- subject is key-<number>, or address-<organization>-<address>; hours since 1970.
CREATE TABLE security_profile (
  subject    VARCHAR(100) NOT NULL PRIMARY KEY,
  profile    ${text}      NOT NULL,
  last_hour  BIGINT       NOT NULL
);
CREATE INDEX security_profile_last_hour ON security_profile (last_hour);
CREATE INDEX key_use_last_used_at ON key_use (kind, last_used_at);
