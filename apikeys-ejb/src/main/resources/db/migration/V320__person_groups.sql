-- Named groups that a person is a member of, with commas between: policies name them.
ALTER TABLE person ADD COLUMN member_of VARCHAR(1100) DEFAULT '' NOT NULL;

-- A stage that waits may name groups beside roles.
ALTER TABLE key_request ADD COLUMN awaiting_groups VARCHAR(1400) DEFAULT '' NOT NULL;
