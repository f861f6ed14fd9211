-- Security monitoring reads the codes of an hour key by key, some at a time.
DROP INDEX usage_rollup_age;
CREATE INDEX usage_rollup_age ON usage_rollup (grain, bucket, kind, subject);
