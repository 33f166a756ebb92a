-- When a version of a secret was last used, as far as that has been written down.
ALTER TABLE secret ADD COLUMN used_at_us INTEGER NOT NULL DEFAULT 0;
