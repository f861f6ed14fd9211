-- A requested purge can be refused and withdrawn.
ALTER TABLE audit_purge ADD COLUMN closed_by VARCHAR(100);
ALTER TABLE audit_purge ADD COLUMN closed_at BIGINT;
ALTER TABLE audit_purge ADD COLUMN reason VARCHAR(500);
