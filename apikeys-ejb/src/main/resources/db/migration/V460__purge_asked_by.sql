-- For whom a purge was asked beside its requester: those in whose hands the secret of the asking key was, as ",name,name,".
ALTER TABLE audit_purge ADD COLUMN asked_by VARCHAR(4000) DEFAULT '' NOT NULL;
