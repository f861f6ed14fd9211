-- How many events a record stands for, beside its leaf: reports sum it.
ALTER TABLE audit_record ADD COLUMN event_count BIGINT DEFAULT 1 NOT NULL;
