-- Who issued the one key of an address that nobody of the directory has; null for a person's own key.
ALTER TABLE user_key ADD COLUMN keeper VARCHAR(64);

-- Only administrators keep keys for others: a key of anybody else was that person's own.
UPDATE user_key SET keeper = (SELECT k.owner FROM api_key k WHERE k.id = user_key.api_key_id)
WHERE NOT EXISTS (
    SELECT 1 FROM person p
    WHERE p.organization_id = user_key.organization_id AND LOWER(p.email) = user_key.email)
  AND NOT EXISTS (
    SELECT 1 FROM api_key k, person p
    WHERE k.id = user_key.api_key_id AND p.username_key = LOWER(k.owner) AND p.roles NOT LIKE '%admin%');

-- A key that was asked for as the one of this user takes the place of the present one when it is claimed.
ALTER TABLE key_request ADD COLUMN user_address VARCHAR(254);
