-- Runs of one key of a workflow go one after another: all of them that have not ended but the first
-- are behind, and are found by no claim.
ALTER TABLE run ADD COLUMN order_key TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_in_order ON run (workflow_id, order_key, behind, id)
	WHERE order_key <> '' AND state < 3;
DROP INDEX run_queued;
CREATE INDEX run_queued ON run (workflow_id, id) WHERE state = 0 AND behind = 0;
DROP INDEX run_wake;
CREATE INDEX run_wake ON run (wake_at_us)
	WHERE state = 2 AND paused = 0 AND wake_at_us > 0 AND behind = 0;
