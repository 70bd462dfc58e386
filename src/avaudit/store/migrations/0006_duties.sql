-- The inode time of a file as it was when its bytes were first seen there: no program can set it
-- back, so it bears witness of when a recording was stored.
ALTER TABLE recordings ADD COLUMN ctime_ns BIGINT;
