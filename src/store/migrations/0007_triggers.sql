-- What started a run (the numbers of rows.h), also where no request did.
ALTER TABLE run ADD COLUMN trigger INTEGER NOT NULL DEFAULT 0;
-- Since when the active revision has been the active one.
ALTER TABLE workflow ADD COLUMN activated_at_us INTEGER NOT NULL DEFAULT 0;
-- The last time of a schedule that has started a run: written with that run, and never goes back.
CREATE TABLE schedule (
	workflow_id INTEGER PRIMARY KEY,
	last_at_us INTEGER NOT NULL,
	last_run_id INTEGER NOT NULL
);
-- Events that have come in, by the hash of their source and id, and the runs that they started.
CREATE TABLE event (
	key BLOB PRIMARY KEY,
	id INTEGER NOT NULL,
	at_us INTEGER NOT NULL,
	runs BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX event_by_time ON event (at_us);
