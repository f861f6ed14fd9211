-- The people that records name beside their actor and their target, so that these are found when somebody is erased.
CREATE TABLE audit_mention (
  subject  VARCHAR(100) NOT NULL,
  sequence BIGINT       NOT NULL,
  PRIMARY KEY (subject, sequence)
);
CREATE INDEX audit_mention_sequence ON audit_mention (sequence);
