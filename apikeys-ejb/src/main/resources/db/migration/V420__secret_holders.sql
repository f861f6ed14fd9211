-- Into whose hands a generation of a secret came, separated by commas; null for one of before, which came to whoever created the key.
ALTER TABLE key_secret ADD COLUMN handed_to VARCHAR(4000);

-- For whom a request was asked beside its requester: those in whose hands the secret of the asking key was, as ",name,name,".
ALTER TABLE key_request ADD COLUMN asked_by VARCHAR(4000) DEFAULT '' NOT NULL;
