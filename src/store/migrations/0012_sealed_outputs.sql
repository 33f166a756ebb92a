-- A node's output with the secrets that are left out of the recorded one, sealed by the master key.
ALTER TABLE node_run ADD COLUMN sealed BLOB NOT NULL DEFAULT x'';
