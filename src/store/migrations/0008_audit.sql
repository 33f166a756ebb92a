-- Who did what: each entry holds the hash of the one before it (docs/guide/audit.md). Nothing of
-- ours changes or removes one, and a mistake that would is refused.
CREATE TABLE audit (
	seq INTEGER PRIMARY KEY,
	entry TEXT NOT NULL,
	hash BLOB NOT NULL
);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
	BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
	BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END;
