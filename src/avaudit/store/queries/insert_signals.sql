-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO signals BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "sha256": "VARCHAR",
    "name": "VARCHAR",
    "version": "INTEGER",
    "body": "JSON"
}]'), max_depth := 2)
ON CONFLICT DO NOTHING;
