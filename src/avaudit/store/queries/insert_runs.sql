-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO runs BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "run_id": "VARCHAR",
    "rulebook": "VARCHAR",
    "rulebook_version": "VARCHAR",
    "rulebook_sha256": "VARCHAR",
    "models": "JSON",
    "measurement": "JSON",
    "avaudit_version": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE"
}]'), max_depth := 2)
ON CONFLICT DO NOTHING;
