-- The token that a workflow's URL had before, which is answered until then.
ALTER TABLE workflow ADD COLUMN old_hook_token TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow ADD COLUMN old_hook_until_us INTEGER NOT NULL DEFAULT 0;
-- When a token ends (0: never), and when it was last used, as far as that has been written down.
ALTER TABLE api_token ADD COLUMN expires_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_token ADD COLUMN used_at_us INTEGER NOT NULL DEFAULT 0;
