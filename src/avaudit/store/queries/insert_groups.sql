-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO groups BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "kind": "VARCHAR",
    "subject_id": "VARCHAR",
    "run_id": "VARCHAR",
    "input_digest": "VARCHAR",
    "members": ["VARCHAR"],
    "activity_id": "VARCHAR",
    "device_id": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE",
    "ended_at": "TIMESTAMP WITH TIME ZONE",
    "judged_at": "TIMESTAMP WITH TIME ZONE"
}]'), max_depth := 2);
