-- People, how they sign in, and what they may do (docs/guide/users.md). Of what lets somebody in
-- there are hashes only; the secret of a second factor is sealed by the master key (base/seal.h).
CREATE TABLE user (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	role INTEGER NOT NULL,
	disabled INTEGER NOT NULL,
	password TEXT NOT NULL,
	created_at_us INTEGER NOT NULL,
	signed_in_at_us INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0, -- since then
	failed_at_us INTEGER NOT NULL DEFAULT 0,
	totp BLOB NOT NULL DEFAULT x'',
	totp_step INTEGER NOT NULL DEFAULT 0 -- of the last code that was accepted
);
CREATE TABLE recovery_code (
	user_id INTEGER NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (user_id, hash)
) WITHOUT ROWID;
CREATE TABLE session (
	id INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	created_at_us INTEGER NOT NULL,
	seen_at_us INTEGER NOT NULL,
	address TEXT NOT NULL,
	user_agent TEXT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id, id);
-- The tokens that there are could do everything: 3 is PAWL_ROLE_OWNER.
ALTER TABLE api_token ADD COLUMN role INTEGER NOT NULL DEFAULT 3;
