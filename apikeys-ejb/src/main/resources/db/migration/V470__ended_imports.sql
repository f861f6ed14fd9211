-- An import that was found to be of a key that is here had its secret ended, and went on among the active keys. The
-- present secret of a key ends in no other way; its record in the log is of that moment.
UPDATE api_key SET
    revoked_at = (SELECT s.expires_at FROM key_secret s WHERE s.api_key_id = api_key.id AND s.generation = api_key.generation),
    revoked_reason = 'the imported hash is of a key that is in use already, and never counts',
    version = version + 1
  WHERE revoked_at IS NULL AND archived_at IS NULL AND EXISTS (
    SELECT 1 FROM key_secret s
      WHERE s.api_key_id = api_key.id AND s.generation = api_key.generation AND s.expires_at IS NOT NULL);
