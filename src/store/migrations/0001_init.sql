-- Times are microseconds since the epoch, 0 for none. States are the numbers of rows.h.

CREATE TABLE workflow (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	state INTEGER NOT NULL,
	active_revision INTEGER NOT NULL,
	latest_revision INTEGER NOT NULL,
	draft_version INTEGER NOT NULL,
	hook_token TEXT NOT NULL,
	created_at_us INTEGER NOT NULL,
	updated_at_us INTEGER NOT NULL,
	deleted_at_us INTEGER NOT NULL,
	draft TEXT NOT NULL
);
-- A deleted workflow gives its name and its URL free.
CREATE UNIQUE INDEX workflow_by_name ON workflow (name) WHERE deleted_at_us = 0;
CREATE UNIQUE INDEX workflow_by_hook_token ON workflow (hook_token)
	WHERE deleted_at_us = 0 AND hook_token <> '';

CREATE TABLE revision (
	workflow_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	created_at_us INTEGER NOT NULL,
	document TEXT NOT NULL
);
CREATE UNIQUE INDEX revision_by_number ON revision (workflow_id, number);

-- The log of requests and, at once, the intake: rows are only ever appended, and have no index
-- beside their id, because each index would cost an accept as much as the row itself.
CREATE TABLE request (
	id INTEGER PRIMARY KEY,
	workflow_id INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	received_at_us INTEGER NOT NULL,
	verdict INTEGER NOT NULL,
	starts_run INTEGER NOT NULL,
	status INTEGER NOT NULL,
	method TEXT NOT NULL,
	target TEXT NOT NULL,
	ip TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	headers BLOB NOT NULL,
	body BLOB NOT NULL
);

-- How far the intake has been read: requests above it have no row in run and in
-- request_by_workflow yet.
CREATE TABLE intake (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	admitted_id INTEGER NOT NULL
);
INSERT INTO intake (id, admitted_id) VALUES (1, 0);

-- Requests that started no run. Those that did are found through run_by_workflow.
CREATE TABLE request_by_workflow (
	workflow_id INTEGER NOT NULL,
	id INTEGER NOT NULL,
	verdict INTEGER NOT NULL,
	PRIMARY KEY (workflow_id, id)
) WITHOUT ROWID;
CREATE INDEX request_by_verdict ON request_by_workflow (verdict, id);

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	workflow_id INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	state INTEGER NOT NULL,
	paused INTEGER NOT NULL,
	request_id INTEGER NOT NULL,
	replay_of INTEGER NOT NULL,
	queued_at_us INTEGER NOT NULL,
	started_at_us INTEGER NOT NULL,
	finished_at_us INTEGER NOT NULL,
	wake_at_us INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	crashes INTEGER NOT NULL,
	error TEXT NOT NULL,
	input TEXT NOT NULL,
	output TEXT NOT NULL
);
CREATE INDEX run_by_workflow ON run (workflow_id, id);
-- Completed runs (3) are nearly all there are, and are found by id; the rest have an index.
CREATE INDEX run_by_state ON run (state, id, workflow_id) WHERE state <> 3;
CREATE INDEX run_queued ON run (workflow_id, id) WHERE state = 0;
CREATE INDEX run_wake ON run (wake_at_us) WHERE state = 2 AND paused = 0 AND wake_at_us > 0;
-- Replays; the run that a request started itself has the request's id.
CREATE INDEX run_by_request ON run (request_id, id) WHERE request_id <> 0 AND request_id <> id;

CREATE TABLE node_run (
	run_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	iteration INTEGER NOT NULL,
	state INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	in_doubt_possible INTEGER NOT NULL,
	started_at_us INTEGER NOT NULL,
	finished_at_us INTEGER NOT NULL,
	wake_at_us INTEGER NOT NULL,
	node_id TEXT NOT NULL,
	port TEXT NOT NULL,
	error TEXT NOT NULL,
	attempts TEXT NOT NULL,
	state_data TEXT NOT NULL,
	input TEXT NOT NULL,
	output TEXT NOT NULL,
	PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

CREATE TABLE counter (
	workflow_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	value INTEGER NOT NULL,
	PRIMARY KEY (workflow_id, name)
) WITHOUT ROWID;

CREATE TABLE api_token (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	hash BLOB NOT NULL UNIQUE,
	created_at_us INTEGER NOT NULL
);

CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value BLOB NOT NULL
) WITHOUT ROWID;
