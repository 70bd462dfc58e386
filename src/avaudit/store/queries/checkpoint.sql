-- Brings the log into the database file, so that the file alone is whole.
CHECKPOINT;
