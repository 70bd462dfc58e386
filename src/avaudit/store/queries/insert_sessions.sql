-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO sessions BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "session_id": "VARCHAR",
    "activity_id": "VARCHAR",
    "device_id": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE",
    "ended_at": "TIMESTAMP WITH TIME ZONE"
}]'), max_depth := 2)
ON CONFLICT (session_id) DO UPDATE SET
    activity_id = excluded.activity_id,
    device_id = excluded.device_id,
    started_at = excluded.started_at,
    ended_at = excluded.ended_at;
