-- $rows: a JSON list. Each recording is a session of its own.
INSERT INTO sessions BY NAME
SELECT
    row.session_id,
    row.activity_id,
    row.device_id,
    row.started_at,
    row.started_at + to_microseconds((row.duration_s * 1e6)::BIGINT) AS ended_at
FROM (SELECT unnest(from_json_strict($rows, '[{
    "session_id": "VARCHAR",
    "activity_id": "VARCHAR",
    "device_id": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE",
    "duration_s": "DOUBLE"
}]')) AS row)
ON CONFLICT (session_id) DO UPDATE SET
    activity_id = excluded.activity_id,
    device_id = excluded.device_id,
    started_at = excluded.started_at,
    ended_at = excluded.ended_at;
