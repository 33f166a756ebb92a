-- Runs of copies of drafts (the bit of rows.h): with the last of them the copy goes.
CREATE INDEX run_of_draft ON run (workflow_id, revision) WHERE revision >= 2147483648;

-- Copies that no run has any more, and no replay that is under way will give one.
DELETE FROM revision WHERE number >= 2147483648
	AND NOT EXISTS (SELECT 1 FROM run WHERE run.workflow_id = revision.workflow_id
		AND run.revision = revision.number AND run.revision >= 2147483648)
	AND NOT EXISTS (SELECT 1 FROM replay WHERE replay.state = 0
		AND replay.workflow_id = revision.workflow_id AND replay.revision = revision.number);
