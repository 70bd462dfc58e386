-- The voices told apart in the opening of a recording, and which of them says a segment. A voice is
-- no person: S1 of two recordings may be two people. `role` is wearer, other, or NULL where it
-- cannot be told; advice for listening, no finding rests on it.
CREATE TABLE speakers (
    run_id       VARCHAR NOT NULL,
    recording_id VARCHAR NOT NULL,
    speaker      VARCHAR NOT NULL,
    spoken_s     DOUBLE NOT NULL,
    level_dbfs   DOUBLE NOT NULL,
    start_s      DOUBLE NOT NULL,
    role         VARCHAR,
    wearer_score DOUBLE
);

ALTER TABLE transcript_segments ADD COLUMN speaker VARCHAR;
ALTER TABLE transcript_segments ADD COLUMN speaker_role VARCHAR;
