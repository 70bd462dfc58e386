-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO session_recordings BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "session_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "position": "INTEGER"
}]'), max_depth := 2);
