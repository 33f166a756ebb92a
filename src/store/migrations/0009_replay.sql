-- Replays of many runs. Those with ids above cursor_id and below before_id are still to be looked at.
CREATE TABLE replay (
	id INTEGER PRIMARY KEY,
	state INTEGER NOT NULL,
	is_retry INTEGER NOT NULL,
	workflow_id INTEGER NOT NULL,
	states INTEGER NOT NULL,
	from_us INTEGER NOT NULL,
	to_us INTEGER NOT NULL,
	class TEXT NOT NULL,
	code TEXT NOT NULL,
	event TEXT NOT NULL,
	revision INTEGER NOT NULL,
	per_second INTEGER NOT NULL,
	before_id INTEGER NOT NULL,
	cursor_id INTEGER NOT NULL,
	matched INTEGER NOT NULL,
	done INTEGER NOT NULL,
	skipped INTEGER NOT NULL,
	created_at_us INTEGER NOT NULL,
	finished_at_us INTEGER NOT NULL
);
CREATE INDEX replay_under_way ON replay (id) WHERE state = 0;
