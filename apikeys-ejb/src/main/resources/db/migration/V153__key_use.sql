-- What keys were used for, as far as advice needs it: when a scope, a method or an address was last used.
CREATE TABLE key_use (
  api_key_id   BIGINT       NOT NULL,
  kind         VARCHAR(10)  NOT NULL,
  item         VARCHAR(100) NOT NULL,
  last_used_at BIGINT       NOT NULL,
  PRIMARY KEY (api_key_id, kind, item)
);
