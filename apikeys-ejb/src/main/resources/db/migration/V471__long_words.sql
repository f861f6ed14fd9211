-- A name in lower case can be longer than the name: of U+0130 it has two characters.
ALTER TABLE api_key ALTER COLUMN name_key SET DATA TYPE VARCHAR(200);
ALTER TABLE organization ALTER COLUMN name_key SET DATA TYPE VARCHAR(200);
