-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
-- What the custody chain says of an event is there already or comes later: see upsert_custody_chain.
INSERT INTO custody_events BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "event_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "kind": "VARCHAR",
    "happened_at": "TIMESTAMP WITH TIME ZONE",
    "actor": "VARCHAR",
    "sha256": "VARCHAR",
    "path": "VARCHAR",
    "detail": "JSON"
}]'), max_depth := 2)
ON CONFLICT DO NOTHING;
