-- Refused requests that are kept whole, sealed, in their row of `request`; and what they take.
CREATE TABLE quarantine (
	workflow_id INTEGER NOT NULL,
	id INTEGER NOT NULL,
	received_at_us INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	PRIMARY KEY (workflow_id, id)
) WITHOUT ROWID;
CREATE INDEX quarantine_by_time ON quarantine (received_at_us);
CREATE TABLE quarantine_share (
	workflow_id INTEGER PRIMARY KEY,
	bytes INTEGER NOT NULL
);
