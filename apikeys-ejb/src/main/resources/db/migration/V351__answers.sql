-- What the system does about a key by itself until somebody has looked: percent of the limits that count, and when the
-- present secret ends unless it is rotated before.

ALTER TABLE api_key ADD COLUMN throttle_percent INTEGER;
ALTER TABLE api_key ADD COLUMN rotate_by BIGINT;
