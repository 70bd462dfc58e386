-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO gaps BY NAME
SELECT unnest(from_json_strict($rows, '[{
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
}]'), max_depth := 2);
