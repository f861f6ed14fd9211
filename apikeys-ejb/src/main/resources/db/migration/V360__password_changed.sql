-- When a person's password was changed last: sessions that began before end. Null when it never was.
ALTER TABLE person ADD COLUMN password_changed_at BIGINT;
