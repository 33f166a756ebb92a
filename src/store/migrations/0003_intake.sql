-- What started a request's run (the numbers of rows.h), the key in whose order its run has its turn,
-- the request that it repeats, and marks (the bits of rows.h).
ALTER TABLE request ADD COLUMN trigger INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN duplicate_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN order_key TEXT NOT NULL DEFAULT '';
