-- What happened, in buckets of time that are `grain` seconds long and begin at `at` (seconds since the
-- epoch); workflow 0: all together. Old buckets are folded into longer ones (sqlite_stats.c).
CREATE TABLE stat (
	workflow_id INTEGER NOT NULL,
	grain INTEGER NOT NULL,
	at INTEGER NOT NULL,
	counts BLOB NOT NULL,
	PRIMARY KEY (workflow_id, grain, at)
) WITHOUT ROWID;
CREATE INDEX stat_by_time ON stat (grain, at);

-- What lists show of a workflow without looking at its runs: how many rows of each state and verdict
-- (the numbers of rows.h) there are, when something happened last, and how the last runs ended.
CREATE TABLE workflow_stat (
	workflow_id INTEGER PRIMARY KEY,
	run_0 INTEGER NOT NULL,
	run_1 INTEGER NOT NULL,
	run_2 INTEGER NOT NULL,
	run_3 INTEGER NOT NULL,
	run_4 INTEGER NOT NULL,
	run_5 INTEGER NOT NULL,
	run_6 INTEGER NOT NULL,
	request_0 INTEGER NOT NULL,
	request_1 INTEGER NOT NULL,
	request_2 INTEGER NOT NULL,
	request_3 INTEGER NOT NULL,
	request_4 INTEGER NOT NULL,
	last_request_at_us INTEGER NOT NULL,
	last_run_at_us INTEGER NOT NULL,
	last_failure_at_us INTEGER NOT NULL,
	recent BLOB NOT NULL
);
INSERT INTO workflow_stat
	SELECT workflow_id, sum(r0), sum(r1), sum(r2), sum(r3), sum(r4), sum(r5), sum(r6), sum(q0),
		sum(q1), sum(q2), sum(q3), sum(q4), max(request_at), max(run_at), max(failure_at), x''
	FROM (
		SELECT workflow_id, state = 0 AS r0, state = 1 AS r1, state = 2 AS r2, state = 3 AS r3,
			state = 4 AS r4, state = 5 AS r5, state = 6 AS r6, 0 AS q0, 0 AS q1, 0 AS q2, 0 AS q3,
			0 AS q4, 0 AS request_at, started_at_us AS run_at,
			CASE WHEN state IN (4, 6) THEN finished_at_us ELSE 0 END AS failure_at FROM run
		UNION ALL
		-- Those that are not admitted yet stand for a queued run.
		SELECT workflow_id, starts_run = 1 AND id > (SELECT admitted_id FROM intake)
				AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = request.id),
			0, 0, 0, 0, 0, 0, verdict = 0, verdict = 1, verdict = 2, verdict = 3, verdict = 4,
			CASE verdict WHEN 0 THEN received_at_us ELSE 0 END, 0, 0 FROM request
	) GROUP BY workflow_id;

-- What the draft says of itself.
ALTER TABLE workflow ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow ADD COLUMN trigger TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
UPDATE workflow SET description = coalesce(json_extract(draft, '$.description'), ''),
	trigger = coalesce(json_extract(draft, '$.trigger.type'), ''),
	tags = coalesce(json_extract(draft, '$.tags'), '[]')
	WHERE json_valid(draft);

-- How far ids run ahead of the times of what they name, in microseconds: more than a moment only
-- after a clock was set back. It bounds from above where rows of a time are to be looked for.
ALTER TABLE intake ADD COLUMN id_lead_us INTEGER NOT NULL DEFAULT 0;
UPDATE intake SET id_lead_us = max(
	coalesce((SELECT max(id / 2097152 * 1000 - received_at_us) FROM request), 0),
	coalesce((SELECT max(id / 2097152 * 1000 - queued_at_us) FROM run), 0));
