-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error. A gap inside
-- a recording belongs to the session that the recording is in, where it is in one.
INSERT INTO gaps BY NAME
SELECT row.* REPLACE (coalesce(belongs.session_id, row.session_id) AS session_id)
FROM (SELECT unnest(from_json_strict($rows, '[{
    "session_id": "VARCHAR",
    "after_recording_id": "VARCHAR",
    "before_recording_id": "VARCHAR",
    "start_at": "TIMESTAMP WITH TIME ZONE",
    "length_s": "DOUBLE",
    "kind": "VARCHAR",
    "explanation": "VARCHAR",
    "quote": "VARCHAR",
    "start_s": "DOUBLE",
    "run_id": "VARCHAR",
    "recording_id": "VARCHAR"
}]'), max_depth := 2)) AS row
LEFT JOIN session_recordings AS belongs ON belongs.recording_id = row.recording_id;
