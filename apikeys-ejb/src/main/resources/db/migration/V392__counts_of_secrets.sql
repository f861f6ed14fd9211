-- Calls are counted by secret; api_key_count follows when they are rolled up, so that lists can be sorted by it.
ALTER TABLE key_secret ADD COLUMN denied_count BIGINT DEFAULT 0 NOT NULL;
UPDATE key_secret SET denied_count = COALESCE((SELECT c.denied FROM api_key_count c WHERE c.api_key_id = key_secret.api_key_id), 0)
  WHERE generation = (SELECT MAX(s.generation) FROM key_secret s WHERE s.api_key_id = key_secret.api_key_id);
