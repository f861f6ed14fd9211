-- The count beside the first page of a filtered list, without a look at each row.
CREATE INDEX api_key_environment ON api_key (organization_id, environment, id);
CREATE INDEX api_key_type ON api_key (organization_id, type, id);
CREATE INDEX api_key_state ON api_key (organization_id, is_active, revoked_at, archived_at, expires_at, id);
CREATE INDEX key_request_kind ON key_request (organization_id, kind, created_at, id);
