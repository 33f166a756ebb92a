-- How far the journal has been taken over: what it holds before this place is in `request`.
ALTER TABLE intake ADD COLUMN journal_place INTEGER NOT NULL DEFAULT 0;
