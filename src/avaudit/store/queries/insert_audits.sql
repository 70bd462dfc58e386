-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO audits BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "run_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "input_digest": "VARCHAR",
    "activity_id": "VARCHAR",
    "audited_at": "TIMESTAMP WITH TIME ZONE",
    "wall_s": "DOUBLE"
}]'), max_depth := 2)
ON CONFLICT (run_id, recording_id) DO UPDATE SET
    input_digest = excluded.input_digest,
    activity_id = excluded.activity_id,
    audited_at = excluded.audited_at,
    wall_s = excluded.wall_s;
