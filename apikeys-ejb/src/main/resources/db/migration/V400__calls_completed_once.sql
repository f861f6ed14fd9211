-- What a call came to is told once: a report that is sent again, to any node, adds nothing.
ALTER TABLE usage_call ADD COLUMN completed SMALLINT DEFAULT 0 NOT NULL;
