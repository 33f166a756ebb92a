-- Versions of secrets, sealed by the master key (base/seal.h).
CREATE TABLE secret (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	created_at_us INTEGER NOT NULL,
	not_before_us INTEGER NOT NULL,
	not_after_us INTEGER NOT NULL,
	sealed BLOB NOT NULL
);
CREATE INDEX secret_by_name ON secret (name, id);
