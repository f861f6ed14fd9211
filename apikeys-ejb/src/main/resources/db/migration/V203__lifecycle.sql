-- Where a key is in its life, beyond what its configuration says, and what was already told of it.

INSERT INTO lease (name, holder, ends_at) VALUES ('lifecycle', NULL, 0);

ALTER TABLE api_key ADD COLUMN archived_at BIGINT;
ALTER TABLE api_key ADD COLUMN warned_expiry BIGINT;
ALTER TABLE api_key ADD COLUMN warned_days INTEGER;
ALTER TABLE api_key ADD COLUMN noted_expiry BIGINT;
ALTER TABLE api_key ADD COLUMN rotated_at BIGINT;
ALTER TABLE api_key ADD COLUMN rotation_due_at BIGINT;
ALTER TABLE api_key ADD COLUMN rotation_told_at BIGINT;
ALTER TABLE api_key ADD COLUMN unused_told_at BIGINT;
CREATE INDEX api_key_expires_at ON api_key (expires_at);
CREATE INDEX api_key_rotation_due_at ON api_key (rotation_due_at);
CREATE INDEX api_key_revoked_at ON api_key (revoked_at);
