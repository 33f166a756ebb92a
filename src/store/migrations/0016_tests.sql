-- What kind of run it is: the PAWL_RUN_ bits of rows.h.
ALTER TABLE run ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_by_test ON run (id) WHERE flags & 1;
-- Test runs go also where the workflow's others are held: they are looked for on their own.
CREATE INDEX run_test_queued ON run (id) WHERE flags & 1 AND state = 0;
-- The number of the last document that was only tested: no number is used twice.
ALTER TABLE workflow ADD COLUMN tests INTEGER NOT NULL DEFAULT 0;
-- Sample events of workflows: the input that a test run gets.
CREATE TABLE pin (
	id INTEGER PRIMARY KEY,
	workflow_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	request_id INTEGER NOT NULL,
	saved_at_us INTEGER NOT NULL,
	input TEXT NOT NULL
);
CREATE UNIQUE INDEX pin_by_name ON pin (workflow_id, name);
