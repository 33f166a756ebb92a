-- A backlog that drains at a pace: so many of the workflow's queued runs with lower ids a second.
-- 0: no backlog does.
ALTER TABLE workflow ADD COLUMN drain_per_second INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflow ADD COLUMN drain_below INTEGER NOT NULL DEFAULT 0;
