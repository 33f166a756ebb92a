-- Replays of requests that started no run: the verdict that they had (the numbers of rows.h); 0: it
-- is one of runs.
ALTER TABLE replay ADD COLUMN verdict INTEGER NOT NULL DEFAULT 0;
