-- Lists by last use and by usage read their first page from an index. Never used is 0, so that it has a place in it.
UPDATE api_key_count SET last_used_at = 0 WHERE last_used_at IS NULL;
CREATE INDEX api_key_count_last_used ON api_key_count (organization_id, last_used_at, api_key_id);
CREATE INDEX api_key_count_allowed ON api_key_count (organization_id, allowed, api_key_id);
DROP INDEX api_key_count_organization;

-- The same for counts by status, of which those that ended come first.
DROP INDEX api_key_state;
CREATE INDEX api_key_state ON api_key (organization_id, archived_at, revoked_at, is_active, expires_at, id);
