-- What a wanted key comes to, by the sets and plugins of when it was judged: part of what is approved. Null for a request of before.
ALTER TABLE key_request ADD COLUMN effective_scopes ${text};

-- As what the requester asked, to be judged again when it comes to something else. Null for a request of before.
ALTER TABLE key_request ADD COLUMN requester_roles VARCHAR(200);
