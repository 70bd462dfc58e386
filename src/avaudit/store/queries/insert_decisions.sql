-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO decisions BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "decision_id": "VARCHAR",
    "finding_id": "VARCHAR",
    "decided_at": "TIMESTAMP WITH TIME ZONE",
    "actor": "VARCHAR",
    "verdict": "VARCHAR",
    "note": "VARCHAR",
    "about": "VARCHAR"
}]'), max_depth := 2)
ON CONFLICT DO NOTHING;
