-- How far the keys of deliveries were taken over into `dedup`: behind journal_place while accepts come
-- in crowds.
ALTER TABLE intake ADD COLUMN keys_place INTEGER NOT NULL DEFAULT 0;
UPDATE intake SET keys_place = journal_place;
