-- What started a request's run (the numbers of rows.h), the key in whose order its run has its turn,
-- the request that it repeats, and marks (the bits of rows.h).
ALTER TABLE request ADD COLUMN trigger INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN duplicate_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN order_key TEXT NOT NULL DEFAULT '';

-- Deliveries that were accepted, until they may be forgotten (dedup.h).
CREATE TABLE dedup (
	workflow_id INTEGER NOT NULL,
	key BLOB NOT NULL,
	content BLOB NOT NULL,
	request_id INTEGER NOT NULL,
	until_us INTEGER NOT NULL,
	PRIMARY KEY (workflow_id, key, content)
) WITHOUT ROWID;
CREATE INDEX dedup_by_until ON dedup (until_us);
